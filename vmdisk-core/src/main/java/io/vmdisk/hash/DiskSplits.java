package io.vmdisk.hash;

import io.vmdisk.ByteRange;
import io.vmdisk.LimitExceededException;
import io.vmdisk.Sector;
import io.vmdisk.disk.VirtualDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a disk into pieces of equal work: by what is stored, not by addresses.
 *
 * <p>Pieces begin and end at multiples of a unit: 1 MiB, or if a grain is larger the largest grain rounded up to whole
 * MiB. Each byte of the disk is in exactly one piece. What reads as zeros costs nothing. Every machine that cuts the
 * same disk gets the same pieces.
 *
 * <p>Its methods may be called by any number of threads at once.
 *
 * @since 0.1
 */
public final class DiskSplits {
    private static final int MOST = 1_000_000;

    private final long unit;
    private final long capacity;
    private final long target;
    private final List<DiskSplit> splits = new ArrayList<>();
    private final VirtualDisk disk;
    private long start;
    private long stored;
    /** Where the piece may end, once it has enough; -1 before. */
    private long enough = -1;

    private DiskSplits(VirtualDisk disk, long target) {
        this.disk = disk;
        this.capacity = disk.capacity();
        this.unit = unitOf(disk);
        this.target = target;
    }

    private static long unitOf(VirtualDisk disk) {
        long largest = TreeDigest.CHUNK_BYTES;
        for (int depth = 0; depth < disk.links().size(); depth++) {
            largest = Math.max(largest, disk.grainBytes(depth));
        }
        // Grains are powers of two almost always; whole chunks in any case.
        return Sector.roundUp(largest, TreeDigest.CHUNK_BYTES);
    }

    /**
     * Cuts a disk into pieces that store about {@code targetBytes} each: at least as much, except the last one, and
     * less than a unit more.
     *
     * @param disk only its tables are read; it stays open
     * @param targetBytes at least 1
     * @return the pieces in ascending order; together they are the whole disk
     * @throws LimitExceededException {@code splits} if more than a million pieces are needed
     * @throws IOException if the tables can't be read
     */
    public static List<DiskSplit> of(VirtualDisk disk, long targetBytes) throws IOException {
        if (targetBytes < 1) {
            throw new IllegalArgumentException("target " + targetBytes);
        }
        DiskSplits cutter = new DiskSplits(disk, targetBytes);
        disk.locate(0, disk.capacity(), new StoredStretches(cutter::add));
        cutter.cut(cutter.capacity);
        return List.copyOf(cutter.splits);
    }

    /**
     * The piece of one of several machines that share a disk evenly.
     *
     * @param disk only its tables are read; it stays open
     * @param number which machine, from 1 to {@code count}
     * @param count how many machines, at least 1
     * @return the machine's piece; an empty range at the end of the disk for a machine that is not needed
     * @throws IOException if the tables can't be read
     */
    public static DiskSplit shard(VirtualDisk disk, int number, int count) throws IOException {
        if (number < 1 || number > count) {
            throw new IllegalArgumentException("shard " + number + " of " + count);
        }
        long[] sum = {0};
        disk.locate(0, disk.capacity(), new StoredStretches((at, length) -> sum[0] += length));
        List<DiskSplit> splits = of(disk, Math.max(1, Sector.ceilDiv(sum[0], count)));
        return number <= splits.size() ? splits.get(number - 1) : new DiskSplit(new ByteRange(disk.capacity(), 0), 0);
    }

    private void add(long from, long length) throws IOException {
        long at = from;
        long end = from + length;
        while (at < end) {
            if (enough >= 0 && at >= enough) {
                cut(enough);
            }
            // Up to where the piece has enough; if it has already, up to where it may end.
            long wanted = enough >= 0 ? enough - at : Math.max(1, target - stored);
            long count = Math.min(end - at, wanted);
            stored += count;
            at += count;
            if (enough < 0 && stored >= target) {
                enough = Sector.roundUp(at, unit);
            }
        }
    }

    private void cut(long end) throws IOException {
        if (splits.size() == MOST) {
            throw new LimitExceededException(
                    "splits", disk.chain().top().path(), "more than " + MOST + " pieces", "ask for larger ones");
        }
        splits.add(new DiskSplit(new ByteRange(start, end - start), stored));
        start = end;
        stored = 0;
        enough = -1;
    }
}
