package io.vmdisk.transfer;

import io.vmdisk.RunSink;
import io.vmdisk.disk.VirtualDisk;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Cuts what a disk holds into chunks: each lies in one aligned stretch of {@link Chunk#BYTES} and spans all data of
 * that stretch. What is not in a chunk reads as zeros.
 */
final class DataChunks implements RunSink {
    private final Target target;
    private long from = -1;
    private long to = -1;

    /** Takes chunks, ascending. */
    @FunctionalInterface
    interface Target {
        void chunk(long start, int length) throws IOException;
    }

    private DataChunks(Target target) {
        this.target = target;
    }

    static void of(VirtualDisk disk, long start, long length, Target target) throws IOException {
        DataChunks chunks = new DataChunks(target);
        disk.locate(start, length, chunks);
        chunks.finish();
    }

    private void add(long start, long length) throws IOException {
        long at = start;
        long end = start + length;
        while (at < end) {
            long stretchEnd = (at / Chunk.BYTES + 1) * Chunk.BYTES;
            long stop = Math.min(end, stretchEnd);
            if (from >= 0 && at / Chunk.BYTES != from / Chunk.BYTES) {
                finish();
            }
            if (from < 0) {
                from = at;
            }
            to = stop;
            at = stop;
        }
    }

    private void finish() throws IOException {
        if (from >= 0) {
            target.chunk(from, (int) (to - from));
            from = -1;
        }
    }

    @Override
    public void data(long start, long length, int depth, Path file, long at) throws IOException {
        add(start, length);
    }

    @Override
    public void compressed(long start, long length, int depth, Path file, long at, int storedLength)
            throws IOException {
        add(start, length);
    }

    @Override
    public void zero(long start, long length, int depth, @Nullable Path file, long at) {}

    @Override
    public void unallocated(long start, long length, int depth) {}
}
