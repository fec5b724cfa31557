package io.vmdisk.plan.fold;

import io.vmdisk.RunSink;
import io.vmdisk.Sector;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Gives back to the file system what links held of stretches that are merged: the copies that were merged, and older ones
 * below them.
 *
 * <p>A file system takes back whole blocks only, and grains may be as small as a sector. So neighbours are joined, whole
 * blocks are punched, and what is left of a block waits for the rest of it. For one thread.
 */
final class SpaceRelease implements Closeable {
    /** Parts of blocks that are remembered for each file: 32 MiB or so; past this they are forgotten, and stay. */
    private static final int MAX_LEFT = 1 << 18;

    /** Each link is only walked along. */
    private static final long TABLE_BYTES = 1 << 20;

    private final Volume volume;
    private final Map<Path, NavigableMap<Long, Long>> waiting = new LinkedHashMap<>();

    private final List<VirtualDisk> links = new ArrayList<>();

    private SpaceRelease(Volume volume) {
        this.volume = volume;
    }

    /** Of these links, which stay open until it is closed. */
    static SpaceRelease of(List<Path> links, Volume volume) throws IOException {
        SpaceRelease given = new SpaceRelease(volume);
        try {
            OpenOptions alone = LinkRange.reading(volume).withTableBudget(TABLE_BYTES);
            for (Path link : links) {
                given.links.add(VirtualDisk.open(link, alone));
            }
            return given;
        } catch (IOException | RuntimeException e) {
            given.close();
            throw e;
        }
    }

    /** Gives back what the links hold of a stretch that is durable elsewhere. */
    void release(long start, long length) throws IOException {
        for (VirtualDisk link : links) {
            link.locate(start, Math.min(length, link.capacity() - start), new Places());
        }
        for (Map.Entry<Path, NavigableMap<Long, Long>> file : waiting.entrySet()) {
            file.setValue(release(file.getKey(), file.getValue()));
        }
    }

    private final class Places implements RunSink {
        @Override
        public void data(long start, long length, int depth, Path file, long at) {
            join(waiting.computeIfAbsent(file, f -> new TreeMap<>()), at, at + length);
        }

        @Override
        public void compressed(long start, long length, int depth, Path file, long at, int storedLength) {}

        @Override
        public void zero(long start, long length, int depth, @Nullable Path file, long at) {}

        @Override
        public void unallocated(long start, long length, int depth) {}
    }

    private static void join(NavigableMap<Long, Long> ranges, long from, long to) {
        long start = from;
        long end = to;
        Map.Entry<Long, Long> before = ranges.floorEntry(start);
        if (before != null && before.getValue() >= start) {
            start = before.getKey();
            end = Math.max(end, before.getValue());
        }
        for (Map.Entry<Long, Long> next = ranges.ceilingEntry(start);
                next != null && next.getKey() <= end;
                next = ranges.ceilingEntry(start)) {
            end = Math.max(end, next.getValue());
            ranges.remove(next.getKey());
        }
        ranges.put(start, end);
    }

    private NavigableMap<Long, Long> release(Path path, NavigableMap<Long, Long> ranges) throws IOException {
        NavigableMap<Long, Long> left = new TreeMap<>();
        if (ranges.isEmpty()) {
            return left;
        }
        try (BlockFile file = volume.open(path, OpenMode.WRITE)) {
            for (Map.Entry<Long, Long> range : ranges.entrySet()) {
                long start = range.getKey();
                long end = range.getValue();
                long first = Sector.roundUp(start, FoldCost.BLOCK_BYTES);
                long last = end / FoldCost.BLOCK_BYTES * FoldCost.BLOCK_BYTES;
                if (first < last) {
                    file.punch(first, last - first);
                    keep(left, start, first);
                    keep(left, last, end);
                } else {
                    keep(left, start, end);
                }
            }
        }
        return left;
    }

    private static void keep(NavigableMap<Long, Long> left, long start, long end) {
        if (start < end && left.size() < MAX_LEFT) {
            left.put(start, end);
        }
    }

    @Override
    public void close() throws IOException {
        IOException failure = null;
        for (VirtualDisk link : links) {
            try {
                link.close();
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
