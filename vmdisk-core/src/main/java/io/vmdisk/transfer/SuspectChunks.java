package io.vmdisk.transfer;

import io.vmdisk.ByteRange;
import io.vmdisk.Run;
import io.vmdisk.RunSink;
import io.vmdisk.disk.VirtualDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The chunks of a stretch in which two disks may differ: where one has bytes that the other has not at the same place of
 * the same file.
 */
final class SuspectChunks {
    private final BitSet suspect;
    private final long start;
    private final long length;

    SuspectChunks(VirtualDisk a, VirtualDisk b, long start, long length) throws IOException {
        this.start = start;
        this.length = length;
        suspect = new BitSet((int) ((length + Chunk.BYTES - 1) / Chunk.BYTES));
        List<Run> left = stored(a);
        List<Run> right = stored(b);
        mark(left, right);
        mark(right, left);
    }

    /** In order. */
    List<ByteRange> ranges() {
        return suspect.stream()
                .mapToObj(i -> {
                    long from = (long) i * Chunk.BYTES;
                    return new ByteRange(start + from, Math.min(Chunk.BYTES, length - from));
                })
                .toList();
    }

    private List<Run> stored(VirtualDisk disk) throws IOException {
        List<Run> found = new ArrayList<>();
        long inside = Math.min(length, disk.capacity() - start);
        if (inside > 0) {
            disk.locate(start, inside, new StoredRuns(found));
        }
        return found;
    }

    private void mark(List<Run> runs, List<Run> others) {
        Set<Run> same = new HashSet<>(others);
        for (Run run : runs) {
            if (!same.contains(run)) {
                suspect.set(chunkOf(run.start()), chunkOf(run.end() - 1) + 1);
            }
        }
    }

    private int chunkOf(long position) {
        return (int) ((position - start) / Chunk.BYTES);
    }

    /** Keeps where bytes are stored; the link that names the place does not matter, so all have depth 0. */
    private static final class StoredRuns implements RunSink {
        private final List<Run> found;

        StoredRuns(List<Run> found) {
            this.found = found;
        }

        @Override
        public void data(long from, long count, int depth, Path file, long at) {
            found.add(new Run.Data(from, count, 0, file.toAbsolutePath().normalize(), at));
        }

        @Override
        public void compressed(long from, long count, int depth, Path file, long at, int storedLength) {
            found.add(new Run.Compressed(from, count, 0, file.toAbsolutePath().normalize(), at, storedLength));
        }

        @Override
        public void zero(long from, long count, int depth, @Nullable Path file, long at) {}

        @Override
        public void unallocated(long from, long count, int depth) {}
    }
}
