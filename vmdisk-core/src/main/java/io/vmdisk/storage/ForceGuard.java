package io.vmdisk.storage;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Remembers that an open file could not be forced, and refuses to write or force it again.
 *
 * <p>When a force fails, systems drop what they could not write and mark it clean: the next force succeeds and says
 * nothing. So only a new open, and writing everything anew, can be trusted. Thread-safe.
 *
 * @since 0.1
 */
public final class ForceGuard {
    private final Path path;
    private volatile @Nullable IOException failure;

    /**
     * Makes the guard of one open file.
     *
     * @param path for messages
     */
    public ForceGuard(Path path) {
        this.path = path;
    }

    /** A force as the system does it. */
    @FunctionalInterface
    public interface Forcing {
        /**
         * Forces the file.
         *
         * @throws IOException if the system could not make everything durable
         */
        void run() throws IOException;
    }

    /**
     * Refuses if a force has failed.
     *
     * @throws IOException with the earlier failure as its cause
     */
    public void requireSound() throws IOException {
        IOException earlier = failure;
        if (earlier != null) {
            throw new IOException(
                    path + ": an earlier write to the drive failed (" + earlier.getMessage()
                            + "), so what was written since may be lost: nothing more is written through this open file;"
                            + " look at the drive, then run the command again",
                    earlier);
        }
    }

    /**
     * Forces the file, unless that has failed before.
     *
     * @param forcing how the system does it
     * @throws IOException if it fails, or failed before
     */
    public void force(Forcing forcing) throws IOException {
        requireSound();
        try {
            forcing.run();
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }
}
