package io.vmdisk.storage;

import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Keeps a second vmdisk out of a folder. The file goes with the lock; one that a crash left holds nobody up.
 *
 * <p>Has no state, so any number of threads may use it at once.
 *
 * @since 0.1
 */
public final class FolderLock {
    /** What names of locks and marks begin with; they hold nothing of the user's. */
    public static final String OWN_PREFIX = ".vmdisk-";

    /** The name of the journal: an operation that the folder waits for to be finished or undone. */
    public static final String JOURNAL = OWN_PREFIX + "journal";

    /** The name of the lock file. */
    public static final String NAME = OWN_PREFIX + "lock";

    private FolderLock() {}

    /**
     * Refuses a folder in which an operation is at work, or was when it was interrupted.
     *
     * @throws UnsafeStateException {@code locked} in the first case, {@code journal} in the second
     */
    public static void refuseJournal(Volume volume, Path folder) throws IOException {
        Path journal = folder.resolve(JOURNAL);
        if (!volume.exists(journal)) {
            return;
        }
        try {
            take(volume, folder).close();
        } catch (UnsafeStateException e) {
            throw e;
        } catch (IOException e) {
            // A folder that can't be written: nobody is at work in it.
        }
        throw interrupted(journal);
    }

    /** What to say of a journal that nobody is at work on. */
    public static UnsafeStateException interrupted(Path journal) {
        return new UnsafeStateException(
                "journal",
                journal,
                "an operation in this folder was interrupted",
                Remedy.of(Kind.RECOVER, AtomicName.folderOf(journal)).and(" finishes or undoes it"));
    }

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
