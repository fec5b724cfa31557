package io.vmdisk.disk;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of a disk with the whole chain laid flat: sorted runs in plain arrays. Immutable.
 *
 * <p>Run {@code i} goes from {@code starts[i]} to {@code starts[i + 1]}, relative to the window. Its piece is null if it
 * reads as zeros.
 */
final class ResolvedWindow {
    /** Windows are as large as a read likes to be; a look-up is paid once for this much. */
    static final int BYTES = 2 << 20;

    private static final int BYTES_PER_RUN = 24;
    private static final int BASE_BYTES = 128;

    private final int count;
    private final int[] starts;
    private final @Nullable PlacedExtent[] pieces;
    private final long[] offsets;
    private final int @Nullable [] storedLengths;
    private final long @Nullable [] grainStarts;

    private ResolvedWindow(Collector runs, int length) {
        count = runs.count;
        starts = Arrays.copyOf(runs.starts, count + 1);
        starts[count] = length;
        pieces = Arrays.copyOf(runs.pieces, count);
        offsets = Arrays.copyOf(runs.offsets, count);
        storedLengths = runs.hasCompressed ? Arrays.copyOf(runs.storedLengths, count) : null;
        grainStarts = runs.hasCompressed ? Arrays.copyOf(runs.grainStarts, count) : null;
    }

    static ResolvedWindow resolve(Layers links, long start, int length) throws IOException {
        Collector runs = new Collector(start);
        ChainLocator.resolve(links, start, length, runs);
        return new ResolvedWindow(runs, length);
    }

    /** The run that holds a byte of the window. */
    int runAt(int position) {
        int low = 0;
        int high = count - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (starts[middle] <= position) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    int start(int run) {
        return starts[run];
    }

    int end(int run) {
        return starts[run + 1];
    }

    /** The extent that holds the run's bytes, or null if they are zeros. */
    @Nullable
    PlacedExtent piece(int run) {
        return pieces[run];
    }

    /** Where the run's first byte is in the file; of a compressed run where its grain is. */
    long fileOffset(int run) {
        return offsets[run];
    }

    /** Bytes of the compressed grain in the file, or 0 for plain data. */
    int storedLength(int run) {
        return storedLengths == null ? 0 : storedLengths[run];
    }

    /** Where the compressed grain starts on the disk. */
    long grainStart(int run) {
        return grainStarts == null ? 0 : grainStarts[run];
    }

    /** Memory it takes, about. */
    int weight() {
        return BASE_BYTES + count * BYTES_PER_RUN;
    }

    private static final class Collector implements ChainSink {
        private final long base;
        private int count;
        private int[] starts = new int[16];
        private @Nullable PlacedExtent[] pieces = new PlacedExtent[16];
        private long[] offsets = new long[16];
        private int[] storedLengths = new int[16];
        private long[] grainStarts = new long[16];
        private boolean hasCompressed;

        Collector(long base) {
            this.base = base;
        }

        private void add(long start, @Nullable PlacedExtent piece, long offset, int stored, long grainStart) {
            if (count == starts.length) {
                int capacity = 2 * count;
                starts = Arrays.copyOf(starts, capacity);
                pieces = Arrays.copyOf(pieces, capacity);
                offsets = Arrays.copyOf(offsets, capacity);
                storedLengths = Arrays.copyOf(storedLengths, capacity);
                grainStarts = Arrays.copyOf(grainStarts, capacity);
            }
            starts[count] = (int) (start - base);
            pieces[count] = piece;
            offsets[count] = offset;
            storedLengths[count] = stored;
            grainStarts[count] = grainStart;
            count++;
        }

        @Override
        public void data(long start, long length, int depth, PlacedExtent piece, long fileOffset) {
            add(start, piece, fileOffset, 0, 0);
        }

        @Override
        public void compressed(
                long start,
                long length,
                int depth,
                PlacedExtent piece,
                long fileOffset,
                int storedLength,
                long grainStart,
                int grainBytes) {
            hasCompressed = true;
            add(start, piece, fileOffset, storedLength, grainStart);
        }

        @Override
        public void zero(long start, long length, int depth, @Nullable PlacedExtent piece, long heldOffset) {
            addZero(start);
        }

        @Override
        public void unallocated(long start, long length, int depth) {
            addZero(start);
        }

        private void addZero(long start) {
            if (count == 0 || pieces[count - 1] != null) {
                add(start, null, -1, 0, 0);
            }
        }
    }
}
