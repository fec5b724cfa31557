package io.vmdisk.transfer;

import io.vmdisk.Sector;
import io.vmdisk.bulk.Chunk;
import io.vmdisk.disk.VirtualDisk;

/**
 * How many zeros in a row a new disk leaves out: aligned pieces of so many bytes, and never less than its grain, are a
 * hole if they hold nothing else.
 *
 * @param bytes a power of two from 512 to {@link #MAX_BYTES}, or 0: nothing is left out, all space is taken
 */
public record HoleSize(int bytes) {
    /** What file systems allocate. */
    public static final HoleSize STANDARD = new HoleSize(4096);

    /** The largest. */
    public static final int MAX_BYTES = Chunk.BYTES;

    private static final int SECTOR = Sector.BYTES;

    /** Checks the number. */
    public HoleSize {
        if (!isValid(bytes)) {
            throw new IllegalArgumentException("hole size " + bytes);
        }
    }

    /** Whether a number may be one. */
    public static boolean isValid(long bytes) {
        return bytes == 0 || (bytes >= SECTOR && bytes <= MAX_BYTES && Long.bitCount(bytes) == 1);
    }

    /** Whether zeros are written like anything else. */
    boolean isNone() {
        return bytes == 0;
    }

    /** The unit in which zeros are left out of a disk. */
    int granule(VirtualDisk target) {
        return granule(target.grainBytes(0));
    }

    /** The unit in which zeros are left out of a disk with grains of this size. */
    int granule(int grainBytes) {
        return Math.max(Math.max(bytes, SECTOR), Math.min(Chunk.BYTES, grainBytes));
    }
}
