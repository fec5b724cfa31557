package io.vmdisk;

/**
 * The unit in which formats count, and the arithmetic of units: once, for all that divide a file into equal parts.
 *
 * <p>Has no state, so any number of threads may use it at once.
 *
 * @since 0.1
 */
public final class Sector {
    /** Bytes of a sector. */
    public static final int BYTES = 512;

    /** What 32-bit sector numbers count: 2 TiB less a sector, the most of COWD files and of disks behind old adapters. */
    public static final long MOST_OF_32_BITS = (1L << 32) - 1;

    private Sector() {}

    /** How many units hold that much, the last one possibly in part. Nothing overflows on the way. */
    public static long ceilDiv(long amount, long unit) {
        return amount / unit + (amount % unit > 0 ? 1 : 0);
    }

    /** How many units hold that much, the last one possibly in part. */
    public static int ceilDiv(int amount, int unit) {
        return amount / unit + (amount % unit > 0 ? 1 : 0);
    }

    /** The next multiple of the unit at or behind a value. */
    public static long roundUp(long value, long unit) {
        return ceilDiv(value, unit) * unit;
    }

    /** The next multiple of the unit at or behind a value. */
    public static int roundUp(int value, int unit) {
        return ceilDiv(value, unit) * unit;
    }
}
