package io.vmdisk.storage;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** A held folder where the file system can't hold one: every folder on the way is looked at before each change. */
final class CheckedFolder implements HeldFolder {
    private final Volume volume;
    private final Path root;
    private final Path folder;

    CheckedFolder(Volume volume, Path root, Path folder) throws IOException {
        this.volume = volume;
        this.root = root;
        this.folder = folder;
        requireFolders();
    }

    private void requireFolders() throws IOException {
        Path at = root;
        for (Path name : Confinement.below(root, folder)) {
            at = at.resolve(name);
            Optional<Entry> entry = volume.entry(at);
            if (entry.isEmpty()) {
                throw new NoSuchFileException(at.toString());
            }
            if (entry.get().kind() != Entry.Kind.FOLDER) {
                throw Confinement.notAFolder(at, entry.get().kind());
            }
        }
    }

    private Path here(String name) throws IOException {
        requireFolders();
        return folder.resolve(name);
    }

    @Override
    public BlockFile open(String name, OpenMode mode) throws IOException {
        Path path = here(name);
        if (mode != OpenMode.CREATE) {
            Confinement.requireFile(path, volume.entry(path));
        }
        return volume.open(path, mode);
    }

    @Override
    public void rename(String name, HeldFolder to, String newName) throws IOException {
        volume.rename(here(name), ((CheckedFolder) to).here(newName));
    }

    @Override
    public void delete(String name) throws IOException {
        volume.delete(here(name));
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
