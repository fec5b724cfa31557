package io.vmdisk.transfer;

import io.vmdisk.ByteRange;
import io.vmdisk.Progress;
import io.vmdisk.Run;
import io.vmdisk.RunSink;
import io.vmdisk.disk.VirtualDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Compares the content of two disks. What both read as zeros, and what both keep at the same place of the same file, is
 * equal without reading; the rest is read by several threads.
 *
 * <p>Where one disk is longer, its tail must read as zeros to be equal, as {@code qemu-img compare} has it.
 */
public final class DiskCompare {
    private static final String OPERATION = "comparing";
    private static final long PIECE_BYTES = 64L << 20;

    private final int threads;
    private final Progress progress;
    private final BufferPool buffers = new BufferPool();

    /** Takes stretches that differ: from the first byte that does, ascending, in whole sectors but for the first. */
    @FunctionalInterface
    public interface Differences {
        /** Takes one; false ends the comparison. */
        boolean differ(ByteRange range) throws IOException;
    }

    /** A comparer; see {@link Pipeline#defaultThreads}. */
    public DiskCompare(int threads, Progress progress) {
        this.threads = threads;
        this.progress = progress;
    }

    /** The first byte at which both differ, or empty if they are the same. */
    public Optional<Long> firstDifference(VirtualDisk a, VirtualDisk b) throws IOException {
        long[] first = {-1};
        compare(a, b, range -> {
            first[0] = range.start();
            return false;
        });
        return first[0] < 0 ? Optional.empty() : Optional.of(first[0]);
    }

    /** Tells all differences. */
    public void compare(VirtualDisk a, VirtualDisk b, Differences differences) throws IOException {
        long capacity = Math.max(a.capacity(), b.capacity());
        progress.begin("comparing " + a + " and " + b, capacity);
        Collector collector = new Collector(differences);
        try (Pipeline<ChunkResult> pipeline = new Pipeline<>(threads, collector::take, progress, OPERATION)) {
            for (long at = 0; at < capacity && !collector.ended; at += PIECE_BYTES) {
                long length = Math.min(PIECE_BYTES, capacity - at);
                comparePiece(a, b, at, length, pipeline, collector);
            }
            pipeline.finish();
        } finally {
            collector.finish();
        }
    }

    private void comparePiece(
            VirtualDisk a, VirtualDisk b, long start, long length, Pipeline<ChunkResult> pipeline, Collector collector)
            throws IOException {
        SuspectChunks suspects = new SuspectChunks(a, b, start, length);
        long told = start;
        for (ByteRange chunk : suspects.chunks()) {
            if (collector.ended) {
                return;
            }
            pipeline.submit(() -> compareChunk(a, b, chunk));
            progress.advance(chunk.end() - told);
            told = chunk.end();
        }
        progress.advance(start + length - told);
    }

    private record ChunkResult(long start, java.util.List<ByteRange> differences) {}

    private ChunkResult compareChunk(VirtualDisk a, VirtualDisk b, ByteRange chunk) throws IOException {
        int length = (int) chunk.length();
        ByteBuffer left = buffers.take(length);
        ByteBuffer right = buffers.take(length);
        try {
            fill(a, chunk.start(), left);
            fill(b, chunk.start(), right);
            return new ChunkResult(chunk.start(), differences(left, right, chunk.start(), length));
        } finally {
            buffers.give(left);
            buffers.give(right);
        }
    }

    private static void fill(VirtualDisk disk, long at, ByteBuffer into) throws IOException {
        disk.read(at, into);
        while (into.hasRemaining()) {
            into.put((byte) 0);
        }
        into.flip();
    }

    private static java.util.List<ByteRange> differences(ByteBuffer left, ByteBuffer right, long start, int length) {
        java.util.List<ByteRange> found = new java.util.ArrayList<>();
        int at = 0;
        while (at < length) {
            int mismatch = left.slice(at, length - at).mismatch(right.slice(at, length - at));
            if (mismatch < 0) {
                break;
            }
            int first = at + mismatch;
            int stop = Math.min(length, first / 512 * 512 + 512);
            found.add(new ByteRange(start + first, stop - first));
            at = stop;
        }
        return found;
    }

    /** Joins neighbouring differences and hands them on, in order. */
    private static final class Collector {
        private final Differences differences;
        private boolean ended;
        private @Nullable ByteRange open;

        Collector(Differences differences) {
            this.differences = differences;
        }

        void take(ChunkResult result) throws IOException {
            for (ByteRange range : result.differences()) {
                if (ended) {
                    return;
                }
                if (open != null && open.end() == range.start()) {
                    open = new ByteRange(open.start(), open.length() + range.length());
                } else {
                    finish();
                    open = range;
                }
            }
        }

        void finish() throws IOException {
            ByteRange last = open;
            open = null;
            if (last != null && !ended) {
                ended = !differences.differ(last);
            }
        }
    }

    /** The parts of a stretch in which two disks may differ, in chunks. */
    private static final class SuspectChunks {
        private final java.util.BitSet suspect;
        private final long start;
        private final long length;

        SuspectChunks(VirtualDisk a, VirtualDisk b, long start, long length) throws IOException {
            this.start = start;
            this.length = length;
            int chunks = (int) ((length + Chunk.BYTES - 1) / Chunk.BYTES);
            suspect = new java.util.BitSet(chunks);
            java.util.List<Run> left = data(a, start, length);
            java.util.List<Run> right = data(b, start, length);
            mark(left, right);
            mark(right, left);
        }

        private static java.util.List<Run> data(VirtualDisk disk, long start, long length) throws IOException {
            long inside = Math.min(length, disk.capacity() - start);
            if (inside <= 0) {
                return java.util.List.of();
            }
            java.util.List<Run> found = new java.util.ArrayList<>();
            disk.locate(start, inside, new DataRuns(found));
            return found;
        }

        /** Marks what {@code runs} have and {@code others} have not at the same place of the same file. */
        private void mark(java.util.List<Run> runs, java.util.List<Run> others) {
            java.util.Set<Run> same = new java.util.HashSet<>(
                    others.stream().map(SuspectChunks::place).toList());
            for (Run run : runs) {
                if (!same.contains(place(run))) {
                    suspect.set(
                            (int) ((run.start() - start) / Chunk.BYTES),
                            (int) ((run.end() - start - 1) / Chunk.BYTES) + 1);
                }
            }
        }

        /** The run without its depth: where it lies, whatever link names it. */
        private static Run place(Run run) {
            if (run instanceof Run.Data data) {
                return new Run.Data(data.start(), data.length(), 0, data.file(), data.at());
            }
            Run.Compressed packed = (Run.Compressed) run;
            return new Run.Compressed(
                    packed.start(), packed.length(), 0, packed.file(), packed.at(), packed.storedLength());
        }

        java.util.List<ByteRange> chunks() {
            return suspect.stream()
                    .mapToObj(i -> {
                        long from = (long) i * Chunk.BYTES;
                        return new ByteRange(start + from, Math.min(Chunk.BYTES, length - from));
                    })
                    .toList();
        }
    }

    private static final class DataRuns implements RunSink {
        private final java.util.List<Run> found;

        DataRuns(java.util.List<Run> found) {
            this.found = found;
        }

        @Override
        public void data(long start, long length, int depth, Path file, long at) {
            found.add(new Run.Data(start, length, depth, file.toAbsolutePath().normalize(), at));
        }

        @Override
        public void compressed(long start, long length, int depth, Path file, long at, int storedLength) {
            found.add(new Run.Compressed(
                    start, length, depth, file.toAbsolutePath().normalize(), at, storedLength));
        }

        @Override
        public void zero(long start, long length, int depth, @Nullable Path file, long at) {}

        @Override
        public void unallocated(long start, long length, int depth) {}
    }
}
