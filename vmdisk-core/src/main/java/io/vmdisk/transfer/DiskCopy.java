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
        int granule = ThinWrite.granule(target);
        progress.begin("copying " + source, source.capacity());
        Told told = new Told(progress);
        try (Pipeline<Long> pipeline = new Pipeline<>(threads, told::upTo, progress, OPERATION)) {
            // In whole granules, so that the target sees whole grains.
            DataChunks.of(
                    source,
                    granule,
                    (start, length) -> pipeline.submit(() -> copyChunk(source, target, start, length)));
            pipeline.finish();
        }
        told.upTo(source.capacity());
    }

    private long copyChunk(VirtualDisk source, VirtualDisk target, long start, int length) throws IOException {
        ByteBuffer buffer = buffers.take(length);
        try {
            source.read(start, buffer);
            ThinWrite.write(target, start, buffer);
        } finally {
            buffers.give(buffer);
        }
        return start + length;
    }
}
