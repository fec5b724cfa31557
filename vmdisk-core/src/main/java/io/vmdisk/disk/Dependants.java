package io.vmdisk.disk;

import io.vmdisk.VmdiskException;
import io.vmdisk.descriptor.ParentHints;
import io.vmdisk.storage.FileFacts;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds the disks whose parent a given disk is.
 *
 * <p>Looks at every {@code .vmdk} in the disk's own folder, or in folders that are named. Linked clones in folders that
 * nobody named can't be seen.
 */
public final class Dependants {
    private Dependants() {}

    /** The children of {@code disk} in its own folder, named in the way that it is. */
    public static List<Path> of(Path disk, OpenOptions options) throws IOException {
        return of(disk, List.of(options.volume().exists(disk) ? folderOf(disk) : disk), options).stream()
                .map(child -> disk.resolveSibling(child.getFileName()))
                .toList();
    }

    /** The children of {@code disk} in these folders. */
    public static List<Path> of(Path disk, List<Path> folders, OpenOptions options) throws IOException {
        Volume volume = options.volume();
        Object wanted = volume.facts(disk).key();
        LinkProbe probe = new LinkProbe(options);
        List<Path> children = new ArrayList<>();
        for (Path folder : folders) {
            for (Path entry : volume.list(folder)) {
                if (isDiskName(entry) && isChild(entry, wanted, probe, volume)) {
                    children.add(entry);
                }
            }
        }
        return children;
    }

    private static Path folderOf(Path disk) {
        return Optional.ofNullable(disk.toAbsolutePath().getParent()).orElse(disk);
    }

    private static boolean isDiskName(Path entry) {
        return String.valueOf(entry.getFileName()).toLowerCase(Locale.ROOT).endsWith(".vmdk");
    }

    private static boolean isChild(Path entry, Object wanted, LinkProbe probe, Volume volume) throws IOException {
        try {
            if (volume.facts(entry).kind() != FileFacts.Kind.FILE) {
                return false;
            }
            DiskLink link = probe.probe(entry);
            Optional<String> hint = link.descriptor().parentHint();
            if (!link.descriptor().hasParent() || hint.isEmpty()) {
                return false;
            }
            for (Path candidate : ParentHints.candidates(entry, hint.get())) {
                if (volume.exists(candidate)) {
                    return volume.facts(candidate).key().equals(wanted);
                }
            }
            return false;
        } catch (VmdiskException e) {
            // No disk, or a damaged one: it can't be read through this one either.
            return false;
        }
    }
}
