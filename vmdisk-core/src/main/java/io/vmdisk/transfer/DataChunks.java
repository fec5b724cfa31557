package io.vmdisk.transfer;

import io.vmdisk.Sector;
import io.vmdisk.bulk.Chunk;
import io.vmdisk.bulk.StoredSink;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.storage.HeadStart;
import java.io.IOException;

/**
 * Cuts what a disk holds into chunks of whole units: each lies in one aligned stretch of {@link Chunk#BYTES}. What is not
 * in a chunk reads as zeros; small gaps between data are in it, as reading them costs less than a chunk more.
 */
final class DataChunks {
    private static final long SMALL_GAP_BYTES = 64 << 10;

    private final long capacity;
    private final long unit;
    private final Target target;
    private long from = -1;
    private long to = -1;

    /** Takes chunks, ascending. */
    @FunctionalInterface
    interface Target {
        void chunk(long start, int length) throws IOException;
    }

    private DataChunks(long capacity, int unit, Target target) {
        this.capacity = capacity;
        this.unit = unit;
        this.target = target;
    }

    /**
     * Cuts a whole disk.
     *
     * @param unit bytes at whose multiples chunks begin and end, a divisor of {@link Chunk#BYTES}; only the disk's own
     *     end may cut one
     */
    static void of(VirtualDisk disk, int unit, Target target) throws IOException {
        of(disk, unit, 0, disk.capacity(), target);
    }

    /**
     * Cuts a part of a disk.
     *
     * @param unit as above
     * @param start of the part, a multiple of {@link Chunk#BYTES}
     * @param end of the part: a multiple too, or the end of the disk
     */
    static void of(VirtualDisk disk, int unit, long start, long end, Target target) throws IOException {
        DataChunks chunks = new DataChunks(disk.capacity(), unit, target);
        chunks.locate(disk, start, end);
    }

    /**
     * Cuts a whole disk for a caller that looks for zeros in what it reads. The first chunks of a flat disk may have holes in
     * them, which are read sooner than the system can be asked for them: its calls have to be linked first.
     *
     * @param unit as above
     */
    static void ofScanned(VirtualDisk disk, int unit, Target target) throws IOException {
        DataChunks chunks = new DataChunks(disk.capacity(), unit, target);
        boolean isFlat = disk.links().size() == 1 && disk.links().get(0).isPlain();
        long first = isFlat ? Math.min(disk.capacity(), HeadStart.WORTH_BYTES) : 0;
        if (first > 0) {
            chunks.add(0, first);
        }
        chunks.locate(disk, first, disk.capacity());
    }

    private void locate(VirtualDisk disk, long start, long end) throws IOException {
        if (start < end) {
            disk.locate(start, end - start, new StoredSink(this::add));
        }
        finish();
    }

    private void add(long start, long length) throws IOException {
        long at = start / unit * unit;
        long end = Math.min(capacity, Sector.roundUp(start + length, unit));
        while (at < end) {
            long stop = Math.min(end, (at / Chunk.BYTES + 1) * Chunk.BYTES);
            if (from >= 0 && (at / Chunk.BYTES != from / Chunk.BYTES || at - to > SMALL_GAP_BYTES)) {
                finish();
            }
            if (from < 0) {
                from = at;
            }
            to = Math.max(to, stop);
            at = stop;
        }
    }

    private void finish() throws IOException {
        if (from >= 0) {
            target.chunk(from, (int) (to - from));
            from = -1;
            to = -1;
        }
    }
}
