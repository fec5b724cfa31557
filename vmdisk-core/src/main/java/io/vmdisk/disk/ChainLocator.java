package io.vmdisk.disk;

import io.vmdisk.extent.Extent;
import io.vmdisk.extent.ExtentSink;
import java.io.IOException;

/**
 * Lays the links of a chain over each other: what one link has not is asked of the next, until one has it or none is
 * left. One locator serves one call.
 */
final class ChainLocator {
    private final Layers links;
    private final ChainSink sink;
    private final Question question;
    private final Layer[] layers;

    /** What is asked of each extent. */
    @FunctionalInterface
    private interface Question {
        void ask(Extent extent, long start, long length, ExtentSink sink) throws IOException;
    }

    private ChainLocator(Layers links, Question question, ChainSink sink) {
        this.links = links;
        this.question = question;
        this.sink = sink;
        this.layers = new Layer[links.open().size()];
    }

    /** Streams the runs of a range, ascending, adjacent plain runs joined. */
    static void locate(Layers links, long start, long length, ChainSink sink) throws IOException {
        ask(links, Extent::locate, start, length, sink);
    }

    /** As {@link #locate}, but some of what reads as zeros may be told as data; see {@link Extent#resolve}. */
    static void resolve(Layers links, long start, long length, ChainSink sink) throws IOException {
        ask(links, Extent::resolve, start, length, sink);
    }

    private static void ask(Layers links, Question question, long start, long length, ChainSink sink)
            throws IOException {
        JoiningSink joined = new JoiningSink(sink);
        new ChainLocator(links, question, joined).ask(0, start, length);
        joined.finish();
    }

    private void ask(int depth, long start, long length) throws IOException {
        if (depth == links.open().size()) {
            links.pastEnd(start, length);
            sink.unallocated(start, length, depth - 1);
            return;
        }
        OpenLink link = links.open().get(depth);
        long end = start + length;
        long inside = Math.min(end, link.capacity());
        long at = start;
        for (int i = at < inside ? link.pieceAt(at) : 0; at < inside; i++) {
            PlacedExtent piece = link.pieces().get(i);
            long stop = Math.min(inside, piece.end());
            layer(depth).ask(piece, at, stop);
            at = stop;
        }
        if (at < end) {
            // A parent that is smaller than its child: nothing further down is seen either.
            sink.unallocated(at, end - at, depth - 1);
        }
    }

    private Layer layer(int depth) {
        Layer layer = layers[depth];
        if (layer == null) {
            layer = new Layer(depth);
            layers[depth] = layer;
        }
        return layer;
    }

    /** Turns one extent's answer into the chain's. Asking the parent uses deeper layers only, so one is enough. */
    private final class Layer implements ExtentSink {
        private final int depth;
        private PlacedExtent piece;
        private long from;
        private long to;

        @SuppressWarnings("NullAway.Init")
        Layer(int depth) {
            this.depth = depth;
        }

        void ask(PlacedExtent asked, long start, long end) throws IOException {
            piece = asked;
            from = start;
            to = end;
            question.ask(asked.extent(), start - asked.start(), end - start, this);
        }

        @Override
        public void data(long start, long length, long fileOffset) throws IOException {
            sink.data(piece.start() + start, length, depth, piece, fileOffset);
        }

        @Override
        public void compressed(long start, long length, long fileOffset, int storedLength) throws IOException {
            long grainStart = piece.start() + start;
            long first = Math.max(from, grainStart);
            long stop = Math.min(to, grainStart + length);
            sink.compressed(
                    first, stop - first, depth, piece, fileOffset, storedLength, grainStart, Math.toIntExact(length));
        }

        @Override
        public void zero(long start, long length, long heldOffset) throws IOException {
            sink.zero(piece.start() + start, length, depth, piece, heldOffset);
        }

        @Override
        public void lost(long start, long length) throws IOException {
            if (links.hidesWhenLost(piece.start() + start, length)) {
                zero(start, length, -1);
            } else {
                unallocated(start, length);
            }
        }

        @Override
        public void unallocated(long start, long length) throws IOException {
            ChainLocator.this.ask(depth + 1, piece.start() + start, length);
        }
    }
}
