package io.vmdisk.transfer;

import io.vmdisk.ByteRange;
import io.vmdisk.Progress;
import io.vmdisk.Sector;
import io.vmdisk.bulk.BufferPool;
import io.vmdisk.bulk.Pipeline;
import io.vmdisk.bulk.StoredSink;
import io.vmdisk.disk.NewFileSharing;
import io.vmdisk.disk.VirtualDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * How much a copy of a disk without its zeros stores, in whole granules of the copy: first what the tables of the source
 * say, which may be more than that, as what is stored may be zeros; and if that matters, by reading.
 */
final class CopySize {
    private static final String OPERATION = "looking how much is to be stored";

    private final VirtualDisk source;
    private final int granule;
    private final Optional<NewFileSharing> sharing;
    private final DiskCopy.Zeros zeros;

    /** @param granule bytes; what the copy leaves out is whole granules of zeros */
    CopySize(VirtualDisk source, int granule) {
        this(source, granule, Optional.empty(), DiskCopy.Zeros.OF_WHAT_IS_READ);
    }

    /**
     * Of a copy that may share blocks with the source.
     *
     * @param sharing which of them; empty if none
     */
    CopySize(VirtualDisk source, int granule, Optional<NewFileSharing> sharing, DiskCopy.Zeros zeros) {
        this.source = source;
        this.granule = granule;
        this.sharing = sharing;
        this.zeros = zeros;
    }

    /**
     * Never less than what is stored; reads nothing. Where everything is read for its zeros, what would be shared of the rest
     * is known only then: it counts as copied.
     */
    CopyContent byTables() throws IOException {
        Touched touched = new Touched();
        if (sharing.isEmpty() || zeros == DiskCopy.Zeros.ALL) {
            source.locate(0, source.capacity(), new StoredSink(touched::add));
            return new CopyContent(touched.bytes, 0);
        }
        long[] shared = new long[1];
        eachPart(
                (start, length) -> source.locate(start, length, new StoredSink(touched::add)),
                (start, length) -> source.locate(start, length, new StoredSink((at, count) -> shared[0] += count)));
        return new CopyContent(touched.bytes, shared[0]);
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
            DataChunks.Target counted = (start, length) -> {
                if (stored[0] <= enough) {
                    pipeline.submit(() -> count(start, length, buffers));
                }
            };
            if (zeros == DiskCopy.Zeros.OF_WHAT_IS_READ && sharing.isPresent()) {
                eachPart(counted, (start, length) -> {});
            } else {
                DataChunks.of(source, granule, counted);
            }
            pipeline.finish();
        }
        return stored[0];
    }

    /** In the parts that {@link DiskCopy} tries: long stretches, and the chunks of those that can't be shared as a whole. */
    private void eachPart(DataChunks.Target copied, DataChunks.Target shared) throws IOException {
        ShareStretches.each(source, (at, end) -> {
            if (isShared(at, end - at)) {
                shared.chunk(at, (int) (end - at));
            } else {
                DataChunks.of(
                        source,
                        granule,
                        at,
                        end,
                        (start, length) -> (isShared(start, length) ? shared : copied).chunk(start, length));
            }
        });
    }

    private boolean isShared(long start, long length) throws IOException {
        return sharing.isPresent() && source.lends(start, length, sharing.get());
    }

    private Part count(long start, int length, BufferPool buffers) throws IOException {
        ByteBuffer bytes = buffers.take(length);
        try {
            source.read(start, bytes);
            long stored = 0;
            for (ByteRange part : ThinWrite.data(bytes, granule)) {
                stored += isShared(start + part.start(), part.length()) ? 0 : part.length();
            }
            return new Part(start + length, stored);
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
