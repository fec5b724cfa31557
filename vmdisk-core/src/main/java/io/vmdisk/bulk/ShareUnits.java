package io.vmdisk.bulk;

import io.vmdisk.Sector;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;

/**
 * Which part of a range a disk could share with another one: whole blocks and whole grains of it, enough of them to be worth
 * a call. What is left at both ends is copied.
 *
 * @param bytes the unit, a power of two; 0 if nothing can be shared
 */
public record ShareUnits(long bytes) {
    /** What file systems share. */
    public static final int BLOCK_BYTES = BlockFile.SHARED_BLOCK_BYTES;

    /** For disks that share nothing. */
    public static final ShareUnits NONE = new ShareUnits(0);

    /** Takes a part of a range. */
    @FunctionalInterface
    public interface Part {
        void range(long start, long length) throws IOException;
    }

    /** Those of a disk that is open for writing. */
    public static ShareUnits of(VirtualDisk target) throws IOException {
        return target.sharesBlocks() ? ofGrains(target.grainBytes(0)) : NONE;
    }

    /** Those of a disk with such grains. */
    public static ShareUnits ofGrains(int grainBytes) {
        return new ShareUnits(Math.max(BLOCK_BYTES, grainBytes));
    }

    /**
     * Splits a range.
     *
     * @param step bytes that are given to {@code shareable} at once at most, in whole units
     * @param shareable takes what could be shared, ascending
     * @param rest takes the ends, or all of it
     */
    public void split(long start, long length, long step, Part shareable, Part rest) throws IOException {
        long end = start + length;
        long first = bytes == 0 ? end : Sector.roundUp(start, bytes);
        long last = bytes == 0 ? end : end / bytes * bytes;
        if (last - first < BlockFile.LEAST_SHARED_BYTES) {
            rest.range(start, length);
            return;
        }
        if (start < first) {
            rest.range(start, first - start);
        }
        for (long at = first; at < last; ) {
            // A last step that is too short to be worth a call goes with the one before.
            long count = last - at < step + BlockFile.LEAST_SHARED_BYTES ? last - at : step;
            shareable.range(at, count);
            at += count;
        }
        if (last < end) {
            rest.range(last, end - last);
        }
    }
}
