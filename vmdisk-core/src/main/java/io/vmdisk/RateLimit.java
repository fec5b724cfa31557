package io.vmdisk;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Limits work to a number of bytes a second, for all its threads together: each piece waits until the pieces before it
 * have had their time. Idle time is not made up for. Thread-safe.
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
     * @param bytesPerSecond the most that may pass in a second, at least 1
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

    /**
     * Waits until it is the turn of these bytes, or until the work is cancelled. The first call
     * does not wait, nor does a call after idle time.
     *
     * @param bytes how many bytes are about to pass; the next call waits as long as they take
     * @param cancelled asked at least ten times a second while it waits; true ends the wait
     */
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
