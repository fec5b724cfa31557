package io.vmdisk;

/**
 * The unit in which formats count, and the arithmetic of units for all that divide a file into equal parts.
 *
 * <p>Has no state, so any number of threads may use it at once.
 *
 * @since 0.1
 */
public final class Sector {
    /** Bytes of a sector. */
    public static final int BYTES = 512;

    /**
     * The most sectors that a 32-bit number counts: 2 TiB less one sector. COWD files, and disks on old adapters, hold
     * no more.
     */
    public static final long MOST_OF_32_BITS = (1L << 32) - 1;

    private Sector() {}

    /**
     * How many units are needed for an amount, the last one possibly in part. Nothing overflows on the way.
     *
     * @param amount not negative
     * @param unit the size of a unit, in the same measure, positive
     * @return the quotient, rounded up
     */
    public static long ceilDiv(long amount, long unit) {
        return amount / unit + (amount % unit > 0 ? 1 : 0);
    }

    /**
     * How many units are needed for an amount, the last one possibly in part. Nothing overflows on the way.
     *
     * @param amount not negative
     * @param unit the size of a unit, in the same measure, positive
     * @return the quotient, rounded up
     */
    public static int ceilDiv(int amount, int unit) {
        return amount / unit + (amount % unit > 0 ? 1 : 0);
    }

    /**
     * The next multiple of a unit.
     *
     * @param value not negative; its next multiple must fit into a {@code long}
     * @param unit positive
     * @return {@code value} itself if it is a multiple, otherwise the next larger one
     */
    public static long roundUp(long value, long unit) {
        return ceilDiv(value, unit) * unit;
    }

    /**
     * The next multiple of a unit.
     *
     * @param value not negative; its next multiple must fit into an {@code int}
     * @param unit positive
     * @return {@code value} itself if it is a multiple, otherwise the next larger one
     */
    public static int roundUp(int value, int unit) {
        return ceilDiv(value, unit) * unit;
    }
}
