package io.vmdisk.disk;

import io.vmdisk.extent.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Reads a chain through resolved windows, so that its depth costs nothing once a window was seen.
 *
 * <p>Safe for many threads. The windows kept are bounded by weight. A window counts for as long as nothing in its stripe
 * of windows has changed since before it was resolved: so whoever reads after a change never meets an older window, not
 * even one that another reader keeps late.
 */
final class ChainReader {
    private static final long WINDOW_BUDGET_BYTES = 24L << 20;
    private static final int STRIPES = 256;
    private static final byte[] ZEROS = new byte[1 << 16];

    private final Layers links;
    private final long capacity;
    private final InflatedGrains inflated = new InflatedGrains();
    private final AtomicLongArray changes = new AtomicLongArray(STRIPES);
    private final WindowCache windows = new WindowCache(WINDOW_BUDGET_BYTES);

    /**
     * A reader over links, top first.
     *
     * @param capacity bytes that the reader shows; past a link's own end are zeros
     */
    ChainReader(Layers links, long capacity) {
        this.links = links;
        this.capacity = capacity;
    }

    /** Fills {@code into}; the range lies inside the capacity. */
    void read(long position, ByteBuffer into) throws IOException {
        long at = position;
        while (into.hasRemaining()) {
            long number = at / ResolvedWindow.BYTES;
            int from = (int) (at - number * ResolvedWindow.BYTES);
            int count = Math.min(into.remaining(), ResolvedWindow.BYTES - from);
            readWindow(window(number), number * ResolvedWindow.BYTES, from, from + count, into);
            at += count;
        }
    }

    private ResolvedWindow window(long number) throws IOException {
        long before = changes.get(stripe(number));
        ResolvedWindow known = windows.get(number, before);
        if (known != null) {
            return known;
        }
        long start = number * ResolvedWindow.BYTES;
        int length = (int) Math.min(ResolvedWindow.BYTES, capacity - start);
        ResolvedWindow window = ResolvedWindow.resolve(links, start, length);
        windows.put(number, before, window);
        return window;
    }

    private static int stripe(long number) {
        return (int) (number % STRIPES);
    }

    private void readWindow(ResolvedWindow window, long windowStart, int from, int to, ByteBuffer into)
            throws IOException {
        int at = from;
        int limit = into.limit();
        for (int run = window.runAt(at); at < to; run++) {
            int stop = Math.min(to, window.end(run));
            int count = stop - at;
            PlacedExtent piece = window.piece(run);
            if (piece == null) {
                fillZeros(into, count);
            } else if (window.storedLength(run) == 0) {
                into.limit(into.position() + count);
                long offset = window.fileOffset(run) + (at - window.start(run));
                links.readData(piece.extent(), offset, windowStart + at, into);
                into.limit(limit);
            } else {
                readCompressed(window, run, piece, windowStart + at, count, into);
            }
            at = stop;
        }
    }

    private void readCompressed(
            ResolvedWindow window, int run, PlacedExtent piece, long position, int count, ByteBuffer into)
            throws IOException {
        Extent extent = piece.extent();
        long grainStart = window.grainStart(run);
        int valid = (int) Math.min(extent.grainBytes(), extent.capacity() - (grainStart - piece.start()));
        int skip = (int) (position - grainStart);
        int from = into.position();
        try {
            inflated.read(
                    piece,
                    grainStart - piece.start(),
                    window.fileOffset(run),
                    window.storedLength(run),
                    valid,
                    skip,
                    count,
                    into);
        } catch (IOException e) {
            links.grainFailed(e, position, count);
            fillZeros(into.position(from), count);
        }
    }

    static void fillZeros(ByteBuffer into, int count) {
        int left = count;
        while (left > 0) {
            int step = Math.min(left, ZEROS.length);
            into.put(ZEROS, 0, step);
            left -= step;
        }
    }

    /** Streams runs; see {@link ChainLocator#locate}. */
    void locate(long start, long length, ChainSink sink) throws IOException {
        ChainLocator.locate(links, start, length, sink);
    }

    /** What was resolved of a range counts no more, because its map has changed. */
    void invalidate(long start, long length) {
        long first = start / ResolvedWindow.BYTES;
        long last = (start + length - 1) / ResolvedWindow.BYTES;
        for (long number = first; number <= Math.min(last, first + STRIPES - 1); number++) {
            changes.incrementAndGet(stripe(number));
        }
    }
}
