package io.vmdisk.storage;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Remembers that an open file could not be forced, and refuses to write or force it again.
 *
 * <p>When a force fails, systems drop what they could not write and call it clean: the next force succeeds and says
 * nothing. So only a new open, and writing everything anew, can be trusted. Thread-safe.
 *
 * @since 0.1
 */
public final class ForceGuard {
    private final Path path;
    private volatile @Nullable IOException failure;

    /** The guard of one open file. */
    public ForceGuard(Path path) {
        this.path = path;
    }

    /** A force as the system does it. */
    @FunctionalInterface
    public interface Forcing {
        /** Forces. */
        void run() throws IOException;
    }

    /** Refuses if a force has failed. */
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

    /** Forces, unless that has failed before. */
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
