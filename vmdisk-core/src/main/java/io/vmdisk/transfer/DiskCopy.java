package io.vmdisk.transfer;

import io.vmdisk.Progress;
import io.vmdisk.disk.VirtualDisk;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Copies the content of one disk into another that is new, so reads as zeros, and has no parent.
 *
 * <p>Zeros of the source are found by its map without reading and by scanning what is read; they are not written, so
 * that thin stays thin. Several threads read and write at once.
 */
public final class DiskCopy {
    /** Zeros are dropped in pieces of this much at least: what file systems allocate. */
    private static final int MIN_GRANULE_BYTES = 4096;

    private static final String OPERATION = "copying";

    private final int threads;
    private final Progress progress;
    private final BufferPool buffers = new BufferPool();

    /**
     * A copier.
     *
     * @param threads workers; {@link Pipeline#defaultThreads} is a good number
     */
    public DiskCopy(int threads, Progress progress) {
        this.threads = threads;
        this.progress = progress;
    }

    /** Copies everything; the target must be as large at least. It is not flushed. */
    public void copy(VirtualDisk source, VirtualDisk target) throws IOException {
        int granule = Math.max(MIN_GRANULE_BYTES, Math.min(Chunk.BYTES, target.grainBytes(0)));
        progress.begin("copying " + source, source.capacity());
        long[] told = {0};
        try (Pipeline<Long> pipeline = new Pipeline<>(threads, end -> tell(told, end), progress, OPERATION)) {
            DataChunks.of(source, 0, source.capacity(), (start, length) -> {
                // From a granule's start to a granule's end, so that the target sees whole grains.
                long first = start / granule * granule;
                long stop = Math.min(source.capacity(), (start + length + granule - 1) / granule * granule);
                pipeline.submit(() -> copyChunk(source, target, first, (int) (stop - first), granule));
            });
            pipeline.finish();
        }
        tell(told, source.capacity());
    }

    private void tell(long[] told, long end) {
        if (end > told[0]) {
            progress.advance(end - told[0]);
            told[0] = end;
        }
    }

    private long copyChunk(VirtualDisk source, VirtualDisk target, long start, int length, int granule)
            throws IOException {
        ByteBuffer buffer = buffers.take(length);
        try {
            source.read(start, buffer);
            int at = 0;
            while (at < length) {
                int from = nextGranule(buffer, at, length, granule, Wanted.DATA);
                int to = nextGranule(buffer, from, length, granule, Wanted.ZEROS);
                if (from < to) {
                    buffer.limit(to).position(from);
                    target.write(start + from, buffer);
                    buffer.limit(length);
                }
                at = to;
            }
        } finally {
            buffers.give(buffer);
        }
        return start + length;
    }

    private enum Wanted {
        DATA,
        ZEROS
    }

    /** The first granule at or behind {@code at} that is what is wanted, or the end. */
    private static int nextGranule(ByteBuffer buffer, int at, int length, int granule, Wanted wanted) {
        int next = at;
        while (next < length) {
            int stop = Math.min(length, next + granule);
            if (ZeroScan.isZero(buffer, next, stop) == (wanted == Wanted.ZEROS)) {
                return next;
            }
            next = stop;
        }
        return length;
    }
}
