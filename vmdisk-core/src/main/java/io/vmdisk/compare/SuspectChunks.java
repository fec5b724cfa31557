package io.vmdisk.compare;

import io.vmdisk.ByteRange;
import io.vmdisk.Run;
import io.vmdisk.RunSink;
import io.vmdisk.Sector;
import io.vmdisk.bulk.Chunk;
import io.vmdisk.bulk.StoredSink;
import io.vmdisk.disk.VirtualDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where in a stretch two disks may differ: where one has bytes that the other has not at the same place of the same file.
 * In ranges of a chunk at most.
 */
final class SuspectChunks {
    private static final int UNIT_BYTES = 64 << 10;
    private static final int MOST_UNITS = Chunk.BYTES / UNIT_BYTES;

    private final BitSet suspect;
    private final long start;
    private final long length;

    private SuspectChunks(long start, long length) {
        this.start = start;
        this.length = length;
        suspect = new BitSet((int) Sector.ceilDiv(length, UNIT_BYTES));
    }

    /** Of two disks that may have links in common. */
    static List<ByteRange> ofRelated(VirtualDisk a, VirtualDisk b, long start, long length) throws IOException {
        SuspectChunks chunks = new SuspectChunks(start, length);
        Set<Run> left = new HashSet<>();
        Set<Run> right = new HashSet<>();
        chunks.forStored(a, new PlacedRuns(left::add));
        chunks.forStored(b, new PlacedRuns(right::add));
        left.stream().filter(run -> !right.contains(run)).forEach(chunks::mark);
        right.stream().filter(run -> !left.contains(run)).forEach(chunks::mark);
        return chunks.ranges();
    }

    /** Of two disks without a file in common: where either has bytes. */
    static List<ByteRange> ofStrangers(VirtualDisk a, VirtualDisk b, long start, long length) throws IOException {
        SuspectChunks chunks = new SuspectChunks(start, length);
        RunSink stored = new StoredSink(chunks::mark);
        chunks.forStored(a, stored);
        chunks.forStored(b, stored);
        return chunks.ranges();
    }

    /** In order. */
    private List<ByteRange> ranges() {
        List<ByteRange> ranges = new ArrayList<>();
        int unit = suspect.nextSetBit(0);
        while (unit >= 0) {
            int stop = Math.min(unit + MOST_UNITS, suspect.nextClearBit(unit));
            long from = (long) unit * UNIT_BYTES;
            long to = Math.min(length, (long) stop * UNIT_BYTES);
            ranges.add(new ByteRange(start + from, to - from));
            unit = suspect.nextSetBit(stop);
        }
        return ranges;
    }

    private void forStored(VirtualDisk disk, RunSink sink) throws IOException {
        long inside = Math.min(length, disk.capacity() - start);
        if (inside > 0) {
            disk.locate(start, inside, sink);
        }
    }

    private void mark(Run run) {
        mark(run.start(), run.length());
    }

    private void mark(long from, long count) {
        suspect.set(unitOf(from), unitOf(from + count - 1) + 1);
    }

    private int unitOf(long position) {
        return (int) ((position - start) / UNIT_BYTES);
    }

    /** Tells where bytes are stored; the link that names the place does not matter, so all have depth 0. */
    private record PlacedRuns(Consumer<Run> runs) implements RunSink {
        @Override
        public void data(long from, long count, int depth, Path file, long at) {
            runs.accept(new Run.Data(from, count, 0, file.toAbsolutePath().normalize(), at));
        }

        @Override
        public void compressed(long from, long count, int depth, Path file, long at, int storedLength) {
            runs.accept(new Run.Compressed(from, count, 0, file.toAbsolutePath().normalize(), at, storedLength));
        }

        @Override
        public void zero(long from, long count, int depth, @Nullable Path file, long at) {}

        @Override
        public void unallocated(long from, long count, int depth) {}
    }
}
