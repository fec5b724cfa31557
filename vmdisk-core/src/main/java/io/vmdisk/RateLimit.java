package io.vmdisk;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Keeps work to so many bytes a second, all its threads together: each piece waits until those before it have had their
 * time. Time in which nothing was to do is not made up for. Thread-safe.
 *
 * @since 0.1
 */
public final class RateLimit {
    private static final long NANOS = 1_000_000_000;
    /** So that a cancel is heard. */
    private static final long LONGEST_SLEEP_NANOS = NANOS / 10;

    private final long bytesPerSecond;
    private final LongSupplier nanos;
    private final LongConsumer sleep;
    private long free;
    private boolean begun;

    /**
     * A limit by the system's clock.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public RateLimit(long bytesPerSecond) {
        this(bytesPerSecond, System::nanoTime, LockSupport::parkNanos);
    }

    /**
     * A limit by another clock.
     *
     * @param nanos only runs forward
     * @param sleep lets so many nanoseconds pass, or fewer
     */
    RateLimit(long bytesPerSecond, LongSupplier nanos, LongConsumer sleep) {
        if (bytesPerSecond < 1) {
            throw new IllegalArgumentException(bytesPerSecond + " bytes a second");
        }
        this.bytesPerSecond = bytesPerSecond;
        this.nanos = nanos;
        this.sleep = sleep;
    }

    /** Waits until it is the turn of so many bytes, or the work is cancelled. */
    public void await(long bytes, BooleanSupplier cancelled) {
        long turn = turnOf(bytes);
        for (long left = turn - nanos.getAsLong(); left > 0 && !cancelled.getAsBoolean(); ) {
            sleep.accept(Math.min(left, LONGEST_SLEEP_NANOS));
            left = turn - nanos.getAsLong();
        }
    }

    private synchronized long turnOf(long bytes) {
        long now = nanos.getAsLong();
        long turn = begun && free - now > 0 ? free : now;
        begun = true;
        free = turn + (long) (bytes / (double) bytesPerSecond * NANOS);
        return turn;
    }
}
