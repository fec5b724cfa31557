package io.vmdisk.bulk;

import io.vmdisk.ByteRange;
import io.vmdisk.Progress;
import io.vmdisk.RunSink;
import io.vmdisk.disk.VirtualDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The aligned pieces in which any of some disks keeps bytes of its own: a first glance, which passes what is empty at the
 * speed of the tables, so that work takes as long as a disk holds and not as it is large. Memory is bounded.
 */
public final class StoredPieces implements RunSink {
    private static final long STRETCH_BYTES = 256L << 30;

    private final long start;
    private final long pieceBytes;
    private final BitSet stored = new BitSet();

    /** Takes pieces, ascending. */
    @FunctionalInterface
    public interface Visitor {
        /** Takes one; false ends the walk. */
        boolean visit(ByteRange piece) throws IOException;
    }

    private StoredPieces(long start, long pieceBytes) {
        this.start = start;
        this.pieceBytes = pieceBytes;
    }

    /**
     * Walks over them.
     *
     * @param pieceBytes their length, a divisor of 256 GiB; the last one ends with the longest disk
     * @param progress advances over what is passed; the visitor tells of its pieces itself
     * @param operation what it is, for the message of a cancel
     */
    public static void walk(
            List<VirtualDisk> disks, long pieceBytes, Progress progress, String operation, Visitor visitor)
            throws IOException {
        long capacity = disks.stream().mapToLong(VirtualDisk::capacity).max().orElse(0);
        walk(disks, new ByteRange(0, capacity), pieceBytes, progress, operation, visitor);
    }

    /**
     * Walks over those in a range; the first and the last one end with it.
     *
     * @param range of the longest disk
     * @param pieceBytes as above
     */
    public static void walk(
            List<VirtualDisk> disks,
            ByteRange range,
            long pieceBytes,
            Progress progress,
            String operation,
            Visitor visitor)
            throws IOException {
        long told = range.start();
        for (long at = range.start() / STRETCH_BYTES * STRETCH_BYTES; at < range.end(); at += STRETCH_BYTES) {
            progress.checkCancelled(operation);
            StoredPieces pieces = new StoredPieces(at, pieceBytes);
            for (VirtualDisk disk : disks) {
                pieces.look(disk);
            }
            for (int i = pieces.stored.nextSetBit(0); i >= 0; i = pieces.stored.nextSetBit(i + 1)) {
                long from = Math.max(range.start(), at + i * pieceBytes);
                long to = Math.min(range.end(), at + (i + 1) * pieceBytes);
                if (from >= to) {
                    continue;
                }
                ByteRange piece = new ByteRange(from, to - from);
                progress.advance(from - told);
                if (!visitor.visit(piece)) {
                    return;
                }
                told = piece.end();
            }
        }
        progress.advance(range.end() - told);
    }

    private void look(VirtualDisk disk) throws IOException {
        long inside = Math.min(STRETCH_BYTES, disk.capacity() - start);
        if (inside > 0) {
            disk.locate(start, inside, this);
        }
    }

    private void mark(long from, long count) {
        stored.set((int) ((from - start) / pieceBytes), (int) ((from + count - 1 - start) / pieceBytes) + 1);
    }

    @Override
    public void data(long from, long count, int depth, Path file, long at) {
        mark(from, count);
    }

    @Override
    public void compressed(long from, long count, int depth, Path file, long at, int storedLength) {
        mark(from, count);
    }

    /** Zeros can have a place of their own too. */
    @Override
    public void zero(long from, long count, int depth, @Nullable Path file, long at) {
        if (at >= 0) {
            mark(from, count);
        }
    }

    @Override
    public void unallocated(long from, long count, int depth) {}
}
