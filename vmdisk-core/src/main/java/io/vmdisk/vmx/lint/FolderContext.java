package io.vmdisk.vmx.lint;

import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.Volume;
import io.vmdisk.vmx.FileReference;
import java.nio.file.Path;
import java.util.Optional;

/** Looks for files in and below a machine's folder, and on datastores that are mapped, by name only. */
final class FolderContext implements LintContext {
    private final Volume volume;
    private final Path vmx;
    private final Path folder;

    FolderContext(Volume volume, Path vmx) {
        this.volume = volume;
        this.vmx = vmx.toAbsolutePath();
        this.folder = AtomicName.folderOf(vmx).normalize();
    }

    @Override
    public Presence presence(FileReference file) {
        // A name that leads elsewhere may be right on the host, whose folders are only seen where the user mapped them.
        Optional<Path> path = file.resolve(folder)
                .filter(found ->
                        found.startsWith(folder) || !volume.actual(found).equals(found));
        if (path.isEmpty()) {
            return Presence.UNKNOWN;
        }
        return volume.exists(path.get()) ? Presence.PRESENT : Presence.MISSING;
    }

    @Override
    public Optional<Boolean> locked() {
        return Optional.of(volume.exists(vmx.resolveSibling(vmx.getFileName() + ".lck")));
    }
}
