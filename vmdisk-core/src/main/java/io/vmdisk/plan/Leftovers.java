package io.vmdisk.plan;

import io.vmdisk.UnsafeStateException;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.disk.make.StagedRecovery;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.Entry;
import io.vmdisk.storage.FolderLock;
import io.vmdisk.storage.Shelter;
import io.vmdisk.storage.Volume;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Does with what a crash left in a folder and no journal tells of: a journal's draft, lock files that nobody holds,
 * copies for the sake of an access list, disks in the making.
 */
final class Leftovers {
    private Leftovers() {}

    /** @param volume changes only what lies in the folder */
    static StagedRecovery clear(Volume volume, Path folder) throws IOException {
        Path draft = AtomicName.beside(Journal.of(folder));
        if (isFile(volume, draft)) {
            Closeable lock = FolderLock.take(volume, folder);
            try (lock) {
                volume.delete(draft);
            }
        }
        for (Path file : volume.list(folder)) {
            Shelter.clear(volume, file);
            if (String.valueOf(file.getFileName()).endsWith(FolderLock.NAME) && isFile(volume, file)) {
                clearOne(volume, file);
            }
        }
        return StagedDisk.recover(volume, folder);
    }

    /** A file of its own: what is a link, or has a second name, is not ours. */
    private static boolean isFile(Volume volume, Path path) throws IOException {
        return volume.entry(path)
                .filter(entry -> entry.kind() == Entry.Kind.FILE && entry.names() == 1)
                .isPresent();
    }

    private static void clearOne(Volume volume, Path file) throws IOException {
        Closeable lock;
        try {
            lock = volume.lock(file);
        } catch (UnsafeStateException e) {
            // Its holder lives.
            return;
        }
        try (lock) {
            volume.delete(file);
        } catch (NoSuchFileException e) {
            // Its holder went in this moment, and took it along.
        }
    }
}
