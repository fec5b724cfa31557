package io.vmdisk.extent;

import io.vmdisk.UnsafeStateException;
import io.vmdisk.VmdiskException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Remembers that a change of something open failed half way, and refuses all that would go on from there.
 *
 * <p>What memory and file hold then is half of an operation. So nothing that waits is published, by later calls as little
 * as by closing: the file stays as the last flush left it, as after a crash, and only a new open can be trusted.
 * Thread-safe.
 */
public final class ChangeGuard {
    private final Path name;
    private volatile @Nullable Exception failure;

    /** @param name of what is open, as users know it */
    public ChangeGuard(Path name) {
        this.name = name;
    }

    /** Remembers why; the first reason counts. */
    public synchronized void spoil(Exception cause) {
        if (failure == null) {
            failure = cause;
        }
    }

    /** Whether a change has failed. */
    public boolean isSpoiled() {
        return failure != null;
    }

    /**
     * Refuses if a change has failed.
     *
     * @throws UnsafeStateException if the file itself spoke against that change: it is damaged, or can't hold it
     * @throws FileSystemException if the system failed
     */
    public void requireSound() throws IOException {
        Exception earlier = failure;
        if (earlier == null) {
            return;
        }
        String reason = earlier.getMessage() == null ? earlier.getClass().getSimpleName() : earlier.getMessage();
        String refused = "an earlier change failed (" + reason
                + "), so what was changed since the last flush does not count and nothing more is done through this"
                + " open disk";
        String remedy = "see to the cause, then open the disk again";
        IOException refusal = earlier instanceof VmdiskException
                ? new UnsafeStateException("change-failed", name, refused, remedy)
                : new FileSystemException(name.toString(), null, refused + ": " + remedy);
        refusal.initCause(earlier);
        throw refusal;
    }
}
