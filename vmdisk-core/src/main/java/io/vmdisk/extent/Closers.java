package io.vmdisk.extent;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Closes many things whatever some of them throw.
 *
 * <p>Has no state, so any number of threads may use it at once.
 *
 * @since 0.1
 */
public final class Closers {
    private Closers() {}

    /** Closes all, last one first; the first failure is thrown, others are suppressed in it. */
    public static void closeAll(List<? extends Closeable> things) throws IOException {
        IOException failure = null;
        for (int i = things.size() - 1; i >= 0; i--) {
            failure = close(things.get(i), failure);
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** Closes all because of {@code cause}, which keeps what goes wrong meanwhile. */
    public static void closeAfter(Throwable cause, List<? extends Closeable> things) {
        try {
            closeAll(things);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private static @Nullable IOException close(Closeable thing, @Nullable IOException failure) {
        try {
            thing.close();
            return failure;
        } catch (IOException e) {
            if (failure == null) {
                return e;
            }
            failure.addSuppressed(e);
            return failure;
        }
    }
}
