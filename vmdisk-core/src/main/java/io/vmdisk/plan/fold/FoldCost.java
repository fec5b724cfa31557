package io.vmdisk.plan.fold;

import io.vmdisk.RunSink;
import io.vmdisk.Sector;
import io.vmdisk.bulk.ShareUnits;
import io.vmdisk.descriptor.CreateType;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.transfer.ZeroScan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What folding a range of links into the disk below them costs: bytes to copy, and bytes that the disk's files may grow
 * by, tables aside. What it comes to share with the links takes nothing.
 *
 * <p>A disk grows by whole grains, so a sector of a link may cost 64 KiB below; a file that can have holes grows by the
 * blocks of its file system.
 */
public final class FoldCost {
    /** What file systems allocate; the smallest unit in which a file with holes grows. */
    static final int BLOCK_BYTES = ShareUnits.BLOCK_BYTES;

    private static final int CHUNK_BYTES = 1 << 20;

    private final VirtualDisk below;
    private final long unitBytes;
    private final Zeros zeros;
    private final Stored stored;
    private final ShareUnits units;
    private long bytes;
    private long shared;
    private long growth;
    /** Up to here the units below are counted. */
    private long counted;

    /** What zeros of the links cost. */
    public enum Zeros {
        /** The disk below has a mark for them, or holes. */
        FREE,
        /** It has to store them, to hide what its own parent holds. */
        STORED;

        public static Zeros of(DiskLink below) {
            boolean marks = below.descriptor().createType() != CreateType.VMFS_SPARSE;
            return marks || !below.descriptor().hasParent() ? FREE : STORED;
        }
    }

    /** How much of what the disk below says that it stores has space: where holes can't be asked for, they look like data. */
    public enum Stored {
        /** All of it. */
        ALL,
        /** What is not zero. That is read, wherever the links hold something. */
        WHAT_IS_NOT_ZERO,
        /** Perhaps none: what a fold needs at most. */
        NONE
    }

    private FoldCost(VirtualDisk below, Zeros zeros, Stored stored, ShareUnits units) {
        this.below = below;
        this.unitBytes = unitBytes(below);
        this.zeros = zeros;
        this.stored = stored;
        this.units = units;
    }

    /** The unit in which a disk grows. */
    public static long unitBytes(VirtualDisk disk) {
        return Math.max(BLOCK_BYTES, disk.grainBytes(0));
    }

    /** Looks at a range of {@code above}; what is past the end of {@code below} is counted as growth. */
    public static FoldCost of(
            VirtualDisk above, VirtualDisk below, Zeros zeros, ShareUnits units, long start, long length)
            throws IOException {
        FoldCost cost = new FoldCost(below, zeros, Stored.ALL, units);
        cost.counted = start;
        above.locate(start, length, cost.new Held());
        return cost;
    }

    /** Looks at all of {@code above}. */
    public static FoldCost of(VirtualDisk above, VirtualDisk below, Zeros zeros, Stored stored, ShareUnits units)
            throws IOException {
        FoldCost cost = new FoldCost(below, zeros, stored, units);
        above.locate(0, above.capacity(), cost.new Held());
        return cost;
    }

    /** Bytes that are copied or shared. */
    public long bytes() {
        return bytes;
    }

    /** Those of them that are shared: they are not moved and take no space. */
    public long shared() {
        return shared;
    }

    /** Bytes that the files of the disk below may grow by. */
    public long growth() {
        return growth;
    }

    private void needs(long start, long length) throws IOException {
        long from = Math.max(counted, start / unitBytes * unitBytes);
        long to = Math.multiplyExact(Sector.ceilDiv(start + length, unitBytes), unitBytes);
        if (from >= to) {
            return;
        }
        counted = to;
        long inside = Math.max(0, Math.min(to, below.capacity()) - from);
        if (inside > 0) {
            Missing missing = new Missing();
            below.locate(from, inside, missing);
            growth += missing.bytes;
        }
        growth += Math.max(0, to - Math.max(from, below.capacity()));
    }

    private final class Held implements RunSink {
        @Override
        public void data(long start, long length, int depth, Path file, long at) throws IOException {
            bytes += length;
            if (Math.floorMod(at - start, BLOCK_BYTES) != 0) {
                needs(start, length);
                return;
            }
            units.split(start, length, length, (from, count) -> shared += count, FoldCost.this::needs);
        }

        @Override
        public void compressed(long start, long length, int depth, Path file, long at, int storedLength)
                throws IOException {
            bytes += length;
            needs(start, length);
        }

        @Override
        public void zero(long start, long length, int depth, @Nullable Path file, long at) throws IOException {
            if (zeros == Zeros.STORED) {
                needs(start, length);
            }
        }

        @Override
        public void unallocated(long start, long length, int depth) {}
    }

    /** What the disk itself, without its parents, has no space for. */
    private final class Missing implements RunSink {
        private long bytes;

        @Override
        public void data(long start, long length, int depth, Path file, long at) throws IOException {
            if (depth > 0 || stored == Stored.NONE) {
                bytes += length;
            } else if (stored == Stored.WHAT_IS_NOT_ZERO) {
                bytes += zeroBytes(start, length);
            }
        }

        @Override
        public void compressed(long start, long length, int depth, Path file, long at, int storedLength) {
            if (depth > 0) {
                bytes += length;
            }
        }

        @Override
        public void zero(long start, long length, int depth, @Nullable Path file, long at) {
            if (depth > 0 || at < 0) {
                bytes += length;
            }
        }

        @Override
        public void unallocated(long start, long length, int depth) {
            bytes += length;
        }
    }

    /** Bytes in blocks of zeros. */
    private long zeroBytes(long start, long length) throws IOException {
        long found = 0;
        ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, length));
        for (long at = start; at < start + length; at += chunk.limit()) {
            below.read(at, chunk.clear().limit((int) Math.min(chunk.capacity(), start + length - at)));
            for (int from = 0; from < chunk.limit(); from += BLOCK_BYTES) {
                int to = Math.min(chunk.limit(), from + BLOCK_BYTES);
                found += ZeroScan.isZero(chunk, from, to) ? to - from : 0;
            }
        }
        return found;
    }
}
