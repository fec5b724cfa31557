package io.vmdisk.snapshot.vmsd;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * A point in time as two 32-bit halves of the microseconds since 1970. VMware prints the low half signed; other writers
 * don't, and both are read.
 *
 * @param high the upper half
 * @param low the lower half
 */
record SnapshotTime(int high, int low) {
    private static final long MICROS = 1_000_000;
    private static final int NANOS_PER_MICRO = 1000;
    private static final long UNSIGNED_LIMIT = 1L << 32;

    /** The time two halves name, or empty if one of them is no 32-bit number. */
    static Optional<Instant> read(long high, long low) {
        if (!isHalf(high) || !isHalf(low)) {
            return Optional.empty();
        }
        long micros = high << 32 | low & 0xFFFFFFFFL;
        return Optional.of(
                Instant.ofEpochSecond(Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * NANOS_PER_MICRO));
    }

    private static boolean isHalf(long value) {
        return value >= Integer.MIN_VALUE && value < UNSIGNED_LIMIT;
    }

    static SnapshotTime of(Instant instant) {
        try {
            long micros = Math.addExact(
                    Math.multiplyExact(instant.getEpochSecond(), MICROS), instant.getNano() / NANOS_PER_MICRO);
            return new SnapshotTime((int) (micros >> 32), (int) micros);
        } catch (ArithmeticException e) {
            throw new DateTimeException("past what a snapshot list can say: " + instant, e);
        }
    }
}
