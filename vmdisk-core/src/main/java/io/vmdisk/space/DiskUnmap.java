package io.vmdisk.space;

import io.vmdisk.ByteRange;
import io.vmdisk.Progress;
import io.vmdisk.Run;
import io.vmdisk.Sector;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.bulk.Pipeline;
import io.vmdisk.bulk.StoredPieces;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.guest.GuestBytes;
import io.vmdisk.guest.GuestFileSystem;
import io.vmdisk.guest.scan.GuestPartition;
import io.vmdisk.guest.scan.GuestScan;
import io.vmdisk.transfer.ZeroScan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Gives back space that a disk holds for nothing: grains of zeros, ranges that nobody needs, blocks that the guest does
 * not use.
 *
 * <p>Only what the disk's own link holds is given back, in whole grains; parents are never touched, and in a delta what
 * was given back reads as zeros, not as the parent. Counting only changes nothing. For one caller; nobody else uses the
 * disk meanwhile.
 */
public final class DiskUnmap {
    /** Looked at in one go: bounds the number of runs in memory. */
    private static final long WINDOW_BYTES = 128L << 20;

    /** Read by a worker at once: what is scanned is still in the cache of its core. */
    private static final int SCAN_BYTES = 512 << 10;

    /** The largest grains that are written, and so given back. */
    private static final int MAX_UNIT_BYTES = 1 << 20;

    /** Flat extents have no grains; file systems give back blocks of this size. */
    private static final int LEAST_UNIT_BYTES = 4096;

    private final VirtualDisk disk;
    private final Effect effect;
    private final int threads;
    private final Progress progress;
    private final int unit;
    private final Queue<ByteBuffer> buffers = new ConcurrentLinkedQueue<>();

    /** Whether anything is given back. */
    public enum Effect {
        /** It is only counted. */
        COUNT,
        /** It is given back. */
        UNMAP
    }

    /**
     * What became of one partition.
     *
     * @param partition where it is and what it holds
     * @param bytes given back, or to be had; 0 where its free space is not known
     */
    public record GuestSpace(GuestPartition partition, long bytes) {}

    /**
     * A disk to give space back from.
     *
     * @param disk open for writing, unless only counted; stays the caller's
     * @param threads workers that look for zeros
     */
    public DiskUnmap(VirtualDisk disk, Effect effect, int threads, Progress progress) {
        this.disk = disk;
        this.effect = effect;
        this.threads = threads;
        this.progress = progress;
        this.unit = Math.max(LEAST_UNIT_BYTES, disk.grainBytes(0));
    }

    /** Gives back grains that hold only zeros; what the disk reads as does not change. */
    public long zeros() throws IOException {
        if (unit > MAX_UNIT_BYTES) {
            throw new UnsupportedFeatureException(
                    "grain-size",
                    disk.links().get(0).path(),
                    "grains of " + unit + " bytes, at most " + MAX_UNIT_BYTES + " are given back",
                    "convert it to another disk, which leaves zeros out");
        }
        progress.begin("looking for zeros", disk.capacity());
        long[] total = {0};
        StoredPieces.walk(List.of(disk), WINDOW_BYTES, progress, "unmap", window -> {
            try (Pipeline<List<ByteRange>> pipeline =
                    new Pipeline<>(threads, zeros -> total[0] += release(zeros), progress, "unmap")) {
                for (ByteRange held : held(window.start(), window.length())) {
                    for (long at = held.start(); at < held.end(); at += scanBytes()) {
                        long from = at;
                        int count = (int) Math.min(scanBytes(), held.end() - at);
                        pipeline.submit(() -> zerosIn(from, count));
                    }
                }
                pipeline.finish();
            }
            progress.advance(window.length());
            return true;
        });
        return total[0];
    }

    private int scanBytes() {
        return Math.max(SCAN_BYTES, unit);
    }

    private List<ByteRange> zerosIn(long start, int length) throws IOException {
        ByteBuffer idle = buffers.poll();
        ByteBuffer bytes = idle == null ? ByteBuffer.allocateDirect(scanBytes()).order(ByteOrder.nativeOrder()) : idle;
        try {
            disk.read(start, bytes.clear().limit(length));
            return zerosIn(start, length, bytes);
        } finally {
            buffers.add(bytes);
        }
    }

    private List<ByteRange> zerosIn(long start, int length, ByteBuffer bytes) {
        List<ByteRange> zeros = new ArrayList<>();
        int from = -1;
        for (int at = 0; at < length; at += unit) {
            boolean zero = ZeroScan.isZero(bytes, at, Math.min(length, at + unit));
            if (zero && from < 0) {
                from = at;
            } else if (!zero && from >= 0) {
                zeros.add(new ByteRange(start + from, at - from));
                from = -1;
            }
        }
        if (from >= 0) {
            zeros.add(new ByteRange(start + from, length - from));
        }
        return zeros;
    }

    private long release(List<ByteRange> ranges) throws IOException {
        long bytes = 0;
        for (ByteRange range : ranges) {
            bytes += range.length();
            if (effect == Effect.UNMAP) {
                disk.unmap(range.start(), range.length());
            }
        }
        return bytes;
    }

    /**
     * Gives a range back: all of it reads as zeros afterwards.
     *
     * @return bytes of whole grains that were held for it
     */
    public long range(ByteRange range) throws IOException {
        long bytes = 0;
        for (long start = range.start(); start < range.end(); start += WINDOW_BYTES) {
            progress.checkCancelled("unmap");
            long length = Math.min(WINDOW_BYTES, range.end() - start);
            for (ByteRange held : held(start, length)) {
                bytes += held.length();
            }
            if (effect == Effect.UNMAP) {
                disk.unmap(start, length);
            }
        }
        return bytes;
    }

    /** Gives back what the guest's file systems do not use, where they are understood and clean. */
    public List<GuestSpace> guest() throws IOException {
        GuestBytes bytes = new Bytes(disk);
        List<GuestSpace> spaces = new ArrayList<>();
        for (GuestPartition partition : GuestScan.scan(bytes, progress)) {
            long[] freed = {0};
            if (partition.content() instanceof GuestFileSystem.Handled handled) {
                progress.begin("giving back free blocks", handled.freeBytes());
                handled.space().walk((start, length) -> {
                    for (long at = start; at < start + length; at += WINDOW_BYTES) {
                        progress.checkCancelled("unmap");
                        freed[0] += release(held(at, Math.min(WINDOW_BYTES, start + length - at)));
                    }
                    progress.advance(length);
                });
            }
            spaces.add(new GuestSpace(partition, freed[0]));
        }
        return spaces;
    }

    /** Whole grains of a range that the disk's own link holds. */
    private List<ByteRange> held(long start, long length) throws IOException {
        List<ByteRange> held = new ArrayList<>();
        for (Run run : disk.runs(start, length)) {
            boolean own = (run instanceof Run.Data data && data.depth() == 0)
                    || (run instanceof Run.Zero zero && zero.depth() == 0 && zero.at() >= 0);
            if (own) {
                long from = Sector.roundUp(run.start(), unit);
                long to = run.end() == disk.capacity() ? run.end() : run.end() / unit * unit;
                if (from < to) {
                    held.add(new ByteRange(from, to - from));
                }
            }
        }
        return held;
    }

    private record Bytes(VirtualDisk disk) implements GuestBytes {
        @Override
        public long size() {
            return disk.capacity();
        }

        @Override
        public void read(long at, ByteBuffer into) throws IOException {
            disk.read(at, into);
        }
    }
}
