package io.vmdisk.transfer;

import io.vmdisk.Progress;
import io.vmdisk.Sector;
import io.vmdisk.bulk.BufferPool;
import io.vmdisk.bulk.Pipeline;
import io.vmdisk.bulk.StoredSink;
import io.vmdisk.disk.VirtualDisk;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * How much a copy of a disk without its zeros stores, in whole granules of the copy: first what the tables of the source
 * say, which may be more than that, as what is stored may be zeros; and if that matters, by reading.
 */
final class CopySize {
    private static final String OPERATION = "looking how much is to be stored";

    private final VirtualDisk source;
    private final int granule;

    /** @param granule bytes; what the copy leaves out is whole granules of zeros */
    CopySize(VirtualDisk source, int granule) {
        this.source = source;
        this.granule = granule;
    }

    /** Never less than what is stored; reads nothing. */
    long byTables() throws IOException {
        Touched touched = new Touched();
        source.locate(0, source.capacity(), new StoredSink(touched::add));
        return touched.bytes;
    }

    /** What is stored, if that is at most {@code enough}; else any number above. Reads until it knows. */
    long byReading(long enough, int threads, Progress progress) throws IOException {
        progress.begin(OPERATION, source.capacity());
        PositionProgress told = new PositionProgress(progress);
        long[] stored = new long[1];
        BufferPool buffers = new BufferPool();
        Pipeline.Consumer<Part> counter = part -> {
            stored[0] += part.stored;
            told.upTo(part.end);
        };
        try (Pipeline<Part> pipeline = new Pipeline<>(threads, counter, progress, OPERATION)) {
            DataChunks.of(source, granule, (start, length) -> {
                if (stored[0] <= enough) {
                    pipeline.submit(() -> count(start, length, buffers));
                }
            });
            pipeline.finish();
        }
        return stored[0];
    }

    private Part count(long start, int length, BufferPool buffers) throws IOException {
        ByteBuffer bytes = buffers.take(length);
        try {
            source.read(start, bytes);
            return new Part(start + length, ThinWrite.dataBytes(bytes, granule));
        } finally {
            buffers.give(bytes);
        }
    }

    private record Part(long end, long stored) {}

    /** Granules that hold something, each counted once. */
    private final class Touched {
        private long bytes;
        /** Up to here granules are counted. */
        private long counted;

        private void add(long start, long length) {
            long from = Math.max(counted, start / granule * granule);
            long whole = Sector.roundUp(start + length, granule);
            long to = Math.min(whole, source.capacity());
            if (to > from) {
                bytes += to - from;
                counted = to;
            }
        }
    }
}
