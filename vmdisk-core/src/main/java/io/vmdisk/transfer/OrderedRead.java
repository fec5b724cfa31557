package io.vmdisk.transfer;

import io.vmdisk.ByteRange;
import io.vmdisk.Progress;
import io.vmdisk.bulk.BufferPool;
import io.vmdisk.bulk.Chunk;
import io.vmdisk.bulk.Pipeline;
import io.vmdisk.disk.VirtualDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Reads what a disk holds with several threads and gives it away in the order of the disk, without its zeros: for files that
 * are written from front to back. Memory is a few chunks of 1 MiB for each thread.
 */
public final class OrderedRead {
    /** The largest unit: a chunk. */
    public static final int MAX_UNIT = Chunk.BYTES;

    private final int threads;
    private final Progress progress;
    private final BufferPool buffers = new BufferPool();

    /** Takes data, ascending, on the calling thread. */
    @FunctionalInterface
    public interface Sink {
        /**
         * Takes some.
         *
         * @param start where it begins, a multiple of the unit
         * @param bytes whole units that are not all zeros, but for the disk's end; the sink's until it returns. All of it
         *     lies within one MiB of the disk
         */
        void data(long start, ByteBuffer bytes) throws IOException;
    }

    /**
     * A reader.
     *
     * @param threads that read; {@link Pipeline#defaultThreads} is a good number
     */
    public OrderedRead(int threads, Progress progress) {
        this.threads = threads;
        this.progress = progress;
    }

    private record Part(long start, ByteBuffer bytes, List<ByteRange> data) {}

    /**
     * Reads a whole disk.
     *
     * @param unit bytes at whose multiples data begins and ends, a power of two up to {@link #MAX_UNIT}
     * @param operation what it is, for the message of a cancel
     */
    public void read(VirtualDisk source, int unit, String operation, Sink sink) throws IOException {
        progress.begin(operation + " " + source, source.capacity());
        PositionProgress told = new PositionProgress(progress);
        Pipeline.Consumer<Part> consumer = part -> {
            ByteBuffer bytes = part.bytes();
            int length = bytes.limit();
            for (ByteRange data : part.data()) {
                progress.pace(data.length());
                bytes.limit((int) data.end()).position((int) data.start());
                sink.data(part.start() + data.start(), bytes);
                bytes.limit(length);
            }
            told.upTo(part.start() + length);
            buffers.give(bytes);
        };
        try (Pipeline<Part> pipeline = new Pipeline<>(threads, consumer, progress, operation)) {
            DataChunks.of(
                    source,
                    unit,
                    (start, length) -> pipeline.submit(() -> {
                        ByteBuffer buffer = buffers.take(length);
                        source.read(start, buffer);
                        return new Part(start, buffer.flip(), ThinWrite.data(buffer, unit));
                    }));
            pipeline.finish();
        }
        told.upTo(source.capacity());
    }
}
