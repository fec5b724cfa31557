package io.vmdisk.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/** Keeps a second vmdisk out of a folder. The file goes with the lock; one that a crash left holds nobody up. */
public final class FolderLock {
    /** What names of locks and marks begin with; they hold nothing of the user's. */
    public static final String OWN_PREFIX = ".vmdisk-";

    /** The name of the lock file. */
    public static final String NAME = OWN_PREFIX + "lock";

    private FolderLock() {}

    /**
     * Takes the lock.
     *
     * @throws io.vmdisk.UnsafeStateException if somebody else has it
     * @throws io.vmdisk.UnsupportedFeatureException if the folder's file system has no real locks; a folder in which
     *     something new is made is not asked, since nobody else works in it
     */
    public static Closeable take(Volume volume, Path folder) throws IOException {
        if (!AtomicName.isUnfinished(folder)) {
            volume.requireLocks(folder);
        }
        Path file = folder.resolve(NAME);
        Closeable lock = volume.lock(file);
        return () -> {
            try (lock) {
                if (volume.exists(file)) {
                    volume.delete(file);
                }
            }
        };
    }
}
