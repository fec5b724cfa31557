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
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

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

    /** Takes stretches of the source without their bytes, ascending with those of the sink, on the calling thread. */
    @FunctionalInterface
    public interface Unread {
        /**
         * Takes one.
         *
         * @param start where it begins, a multiple of the unit
         * @param length bytes, whole units but for the disk's end, within one MiB of the disk
         * @return false if it was not taken, and none will be: it is read then, as all others are
         */
        boolean take(long start, int length) throws IOException;
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

    /** What was read, or that nothing was. */
    private record Part(long start, int length, Optional<ByteBuffer> bytes, List<ByteRange> data) {}

    /**
     * Reads a whole disk.
     *
     * @param unit bytes at whose multiples data begins and ends, a power of two up to {@link #MAX_UNIT}
     * @param operation what it is, for the message of a cancel
     * @param unread takes what the disk could share, without its being read; empty if nobody does
     */
    public void read(VirtualDisk source, int unit, String operation, Sink sink, Optional<Unread> unread)
            throws IOException {
        progress.begin(operation + " " + source, source.capacity());
        PositionProgress told = new PositionProgress(progress);
        AtomicBoolean lends = new AtomicBoolean(unread.isPresent());
        Pipeline.Consumer<Part> consumer = part -> {
            if (part.bytes().isPresent()) {
                give(part, sink);
            } else if (!unread.orElseThrow().take(part.start(), part.length())) {
                lends.set(false);
                give(read(source, part.start(), part.length(), unit), sink);
            }
            told.upTo(part.start() + part.length());
        };
        try (Pipeline<Part> pipeline = new Pipeline<>(threads, consumer, progress, operation)) {
            DataChunks.of(
                    source,
                    unit,
                    (start, length) -> pipeline.submit(() -> lends.get() && source.lends(start, length)
                            ? new Part(start, length, Optional.empty(), List.of())
                            : read(source, start, length, unit)));
            pipeline.finish();
        }
        told.upTo(source.capacity());
    }

    private Part read(VirtualDisk source, long start, int length, int unit) throws IOException {
        ByteBuffer buffer = buffers.take(length);
        source.read(start, buffer);
        buffer.flip();
        return new Part(start, length, Optional.of(buffer), ThinWrite.data(buffer, unit));
    }

    private void give(Part part, Sink sink) throws IOException {
        ByteBuffer bytes = part.bytes().orElseThrow();
        for (ByteRange data : part.data()) {
            progress.pace(data.length());
            bytes.limit((int) data.end()).position((int) data.start());
            sink.data(part.start() + data.start(), bytes);
            bytes.limit(part.length());
        }
        buffers.give(bytes);
    }
}
