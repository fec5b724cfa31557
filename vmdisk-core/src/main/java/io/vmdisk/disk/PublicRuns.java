package io.vmdisk.disk;

import io.vmdisk.RunSink;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Tells runs to users: files instead of extents. */
final class PublicRuns implements ChainSink {
    private final RunSink sink;

    /** Leaves the walk below from wherever it is. It carries nothing, not even a stack, and never reaches a user. */
    static final class Enough extends IOException {
        private static final long serialVersionUID = 1;

        private Enough() {}

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    PublicRuns(RunSink sink) {
        this.sink = sink;
    }

    @Override
    public void data(long start, long length, int depth, PlacedExtent piece, long fileOffset) throws IOException {
        sink.data(start, length, depth, piece.extent().path().orElseThrow(), fileOffset);
        endIfEnough();
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
            int grainBytes)
            throws IOException {
        sink.compressed(start, length, depth, piece.extent().path().orElseThrow(), fileOffset, storedLength);
        endIfEnough();
    }

    @Override
    public void zero(long start, long length, int depth, @Nullable PlacedExtent piece, long heldOffset)
            throws IOException {
        Path holder =
                piece == null || heldOffset < 0 ? null : piece.extent().path().orElse(null);
        sink.zero(start, length, depth, holder, heldOffset);
        endIfEnough();
    }

    @Override
    public void unallocated(long start, long length, int depth) throws IOException {
        sink.unallocated(start, length, depth);
        endIfEnough();
    }

    private void endIfEnough() throws Enough {
        if (!sink.wantsMore()) {
            throw new Enough();
        }
    }
}
