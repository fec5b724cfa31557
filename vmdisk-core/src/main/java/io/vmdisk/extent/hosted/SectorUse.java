package io.vmdisk.extent.hosted;

import java.io.IOException;
import java.util.BitSet;

/**
 * Which sectors of a file are used, one window of 64 GiB at a time: 16 MiB of memory whatever the file's size.
 *
 * <p>Whoever checks claims everything again for each window. Not thread-safe.
 */
final class SectorUse {
    /** Sectors of a window; a multiple of every grain size. */
    static final long WINDOW_SECTORS = 1L << 27;

    /** Nobody claimed any of it before. */
    static final long FREE = -1;

    private final BitSet used = new BitSet();
    private long start;
    private long highestEnd;

    /** A stretch that nobody claimed. */
    @FunctionalInterface
    interface GapSink {
        void gap(long firstSector, long endSector) throws IOException;
    }

    /** Starts a window at a sector. */
    void begin(long windowStart) {
        used.clear();
        start = windowStart;
    }

    /** Whether another window is needed to see all that was claimed so far and the file's end. */
    boolean isDone(long fileSectors) {
        return start + WINDOW_SECTORS >= Math.max(highestEnd, fileSectors);
    }

    /** The first sector of the window. */
    long start() {
        return start;
    }

    /** Whether a place that begins here, at most {@code most} sectors long, may touch the window. */
    boolean mayTouch(long sector, long most) {
        return sector < start + WINDOW_SECTORS && sector + most > start;
    }

    /**
     * Claims a stretch.
     *
     * @return the first sector of it that was claimed before, or {@link #FREE}; what lies outside the window counts as
     *     free
     */
    long claim(long sector, long count) {
        highestEnd = Math.max(highestEnd, sector + count);
        long from = Math.max(sector, start);
        long to = Math.min(sector + count, start + WINDOW_SECTORS);
        if (from >= to) {
            return FREE;
        }
        int first = (int) (from - start);
        int end = (int) (to - start);
        int found = used.nextSetBit(first);
        used.set(first, end);
        return found >= 0 && found < end ? start + found : FREE;
    }

    /** The stretches of the window between two sectors that nobody claimed, ascending. */
    void gaps(long fromSector, long endSector, GapSink sink) throws IOException {
        int from = (int) Math.max(0, Math.min(WINDOW_SECTORS, fromSector - start));
        int end = (int) Math.max(0, Math.min(WINDOW_SECTORS, endSector - start));
        while (from < end) {
            int free = used.nextClearBit(from);
            if (free >= end) {
                return;
            }
            int next = used.nextSetBit(free);
            int stop = next < 0 ? end : Math.min(end, next);
            sink.gap(start + free, start + stop);
            from = stop;
        }
    }
}
