package io.vmdisk.storage;

import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Keeps a second vmdisk out of a folder. The lock file is removed with the lock; one that a crash left keeps nobody
 * out.
 *
 * <p>Has no state, so any number of threads may use it at once.
 *
 * @since 0.1
 */
public final class FolderLock {
    /** What the names of locks and marks begin with; such files hold nothing of the user's. */
    public static final String OWN_PREFIX = ".vmdisk-";

    /** The name of the journal: an operation in this folder that has to be finished or undone. */
    public static final String JOURNAL = OWN_PREFIX + "journal";

    /** The name of the lock file. */
    public static final String NAME = OWN_PREFIX + "lock";

    private FolderLock() {}

    /**
     * Refuses a folder in which an operation is running or was interrupted.
     *
     * @param volume that has the folder
     * @param folder one that exists
     * @throws UnsafeStateException {@code locked} if it is running, {@code journal} if it was interrupted
     * @throws IOException only as {@link UnsafeStateException}; a folder that can't be written has nobody at work in it
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

    /**
     * {@return the exception for a journal that nobody is at work on, with recovery as its remedy; the caller throws
     * it}
     *
     * @param journal its path
     */
    public static UnsafeStateException interrupted(Path journal) {
        return new UnsafeStateException(
                "journal",
                journal,
                "an operation in this folder was interrupted",
                Remedy.of(Kind.RECOVER, AtomicName.folderOf(journal)).and(" finishes or undoes it"));
    }

    /**
     * Takes the lock. Does not wait.
     *
     * @param volume that has the folder
     * @param folder one that exists
     * @return closing it removes the lock file and releases the lock
     * @throws io.vmdisk.UnsafeStateException {@code locked} if another holder has it
     * @throws io.vmdisk.UnsupportedFeatureException {@code no-locks} if the folder's file system has no real locks; a
     *     folder in which a new disk is made is not asked, because nobody else works in it
     * @throws IOException if the lock file can't be made
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
