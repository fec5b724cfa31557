package io.vmdisk.compare;

import io.vmdisk.ByteRange;
import io.vmdisk.Progress;
import io.vmdisk.Sector;
import io.vmdisk.bulk.BufferPool;
import io.vmdisk.bulk.Pipeline;
import io.vmdisk.bulk.StoredPieces;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.storage.HeadStart;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares the content of two disks. Ranges that both read as zeros, or that both keep at the same place of the same
 * file, are equal without reading; several threads read the rest.
 *
 * <p>Where one disk is longer, its tail must read as zeros to be equal, as in {@code qemu-img compare}.
 *
 * <p>Safe for use by several threads; each comparison has its own workers.
 *
 * @since 0.1
 */
public final class DiskCompare {
    private static final String OPERATION = "comparing";
    private static final long PIECE_BYTES = 64L << 20;

    private final int threads;
    private final Progress progress;
    private final BufferPool buffers = new BufferPool();

    /**
     * Takes ranges that differ, ascending and without overlap. Each begins with the first byte that differs and ends at the
     * end of a sector, or of the range that is compared; a difference that goes on with the next sector's first byte is
     * joined. One thread calls it: the one that asked.
     */
    @FunctionalInterface
    public interface Differences {
        /**
         * Takes the next range.
         *
         * @param range bytes of the disks that differ
         * @return false to end the comparison, which then returns as at its end
         * @throws IOException to end the comparison with an exception, which the caller gets
         */
        boolean differ(ByteRange range) throws IOException;
    }

    /**
     * A comparer.
     *
     * @param threads how many workers read, at least 1; one for each core up to four is a good number
     * @param progress follows each comparison and may cancel it
     */
    public DiskCompare(int threads, Progress progress) {
        this.threads = threads;
        this.progress = progress;
    }

    /**
     * Finds the first difference.
     *
     * @param a a disk
     * @param b the other one
     * @return the position in bytes of the first byte that differs; empty if there is none
     * @throws IOException as {@link #compare(VirtualDisk, VirtualDisk, Differences)}
     */
    public Optional<Long> firstDifference(VirtualDisk a, VirtualDisk b) throws IOException {
        return firstDifference(a, b, all(a, b));
    }

    /**
     * Finds the first difference in a range.
     *
     * @param a a disk
     * @param b the other one
     * @param part the bytes to compare; positions after a disk's end read as zeros
     * @return the position in bytes, from the start of the disk, of the first byte that differs; empty if there is none
     * @throws IOException as {@link #compare(VirtualDisk, VirtualDisk, Differences)}
     */
    public Optional<Long> firstDifference(VirtualDisk a, VirtualDisk b, ByteRange part) throws IOException {
        long[] first = {-1};
        compare(a, b, part, range -> {
            first[0] = range.start();
            return false;
        });
        return first[0] < 0 ? Optional.empty() : Optional.of(first[0]);
    }

    /**
     * Finds the first byte that one of the disks stores and the other does not. Only tables are read.
     *
     * @param a a disk
     * @param b the other one
     * @return the position of that byte; empty if both store the same ranges
     * @throws io.vmdisk.MalformedFileException if a table of one of the disks is damaged
     * @throws IOException if a table can't be read, or a disk is closed
     */
    public static OptionalLong firstStoredDifference(VirtualDisk a, VirtualDisk b) throws IOException {
        return StoredCompare.firstDifference(a, b);
    }

    private static ByteRange all(VirtualDisk a, VirtualDisk b) {
        return new ByteRange(0, Math.max(a.capacity(), b.capacity()));
    }

    /**
     * Reports all differences.
     *
     * @param a a disk
     * @param b the other one
     * @param differences takes the ranges
     * @throws io.vmdisk.MalformedFileException if a table or a compressed grain is damaged
     * @throws io.vmdisk.OperationCancelledException if the progress said so
     * @throws IOException if a disk can't be read or is closed, or {@code differences} throws it
     */
    public void compare(VirtualDisk a, VirtualDisk b, Differences differences) throws IOException {
        compare(a, b, all(a, b), differences);
    }

    /**
     * Reports all differences in a range.
     *
     * @param a a disk
     * @param b the other one
     * @param part the bytes to compare; positions after a disk's end read as zeros
     * @param differences takes the ranges; their positions count from the start of the disk
     * @throws io.vmdisk.MalformedFileException if a table or a compressed grain is damaged
     * @throws io.vmdisk.OperationCancelledException if the progress said so
     * @throws IOException if a disk can't be read or is closed, or {@code differences} throws it
     */
    public void compare(VirtualDisk a, VirtualDisk b, ByteRange part, Differences differences) throws IOException {
        if (part.length() > HeadStart.WORTH_BYTES) {
            HeadStart.begin();
        }
        progress.begin("comparing " + a + " and " + b, part.length());
        Collector collector = new Collector(differences);
        Suspicion suspicion = haveFilesInCommon(a, b) ? SuspectChunks::ofRelated : SuspectChunks::ofStrangers;
        try (Pipeline<ChunkResult> pipeline = new Pipeline<>(threads, collector::take, progress, OPERATION)) {
            StoredPieces.walk(List.of(a, b), part, PIECE_BYTES, progress, OPERATION, piece -> {
                List<ByteRange> suspects = suspicion.chunks(a, b, piece.start(), piece.length());
                comparePiece(a, b, suspects, piece, pipeline, collector);
                return !collector.ended;
            });
            pipeline.finish();
        } finally {
            collector.finish();
        }
    }

    /** Where two disks may differ. */
    @FunctionalInterface
    private interface Suspicion {
        List<ByteRange> chunks(VirtualDisk a, VirtualDisk b, long start, long length) throws IOException;
    }

    private static boolean haveFilesInCommon(VirtualDisk a, VirtualDisk b) {
        return !Collections.disjoint(files(a), files(b));
    }

    private static Set<Path> files(VirtualDisk disk) {
        Set<Path> files = new HashSet<>();
        for (DiskLink link : disk.links()) {
            link.files().forEach(file -> files.add(file.toAbsolutePath().normalize()));
        }
        return files;
    }

    private void comparePiece(
            VirtualDisk a,
            VirtualDisk b,
            List<ByteRange> suspects,
            ByteRange piece,
            Pipeline<ChunkResult> pipeline,
            Collector collector)
            throws IOException {
        long told = piece.start();
        for (ByteRange chunk : suspects) {
            if (collector.ended) {
                return;
            }
            pipeline.submit(() -> compareChunk(a, b, chunk));
            progress.advance(chunk.end() - told);
            told = chunk.end();
        }
        progress.advance(piece.end() - told);
    }

    private record ChunkResult(List<ByteRange> differences) {}

    private ChunkResult compareChunk(VirtualDisk a, VirtualDisk b, ByteRange chunk) throws IOException {
        int length = (int) chunk.length();
        ByteBuffer left = buffers.take(length);
        ByteBuffer right = buffers.take(length);
        try {
            fill(a, chunk.start(), left);
            fill(b, chunk.start(), right);
            return new ChunkResult(differences(left, right, chunk.start(), length));
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

    private static List<ByteRange> differences(ByteBuffer left, ByteBuffer right, long start, int length) {
        List<ByteRange> found = new ArrayList<>();
        int at = 0;
        while (at < length) {
            int mismatch = left.slice(at, length - at).mismatch(right.slice(at, length - at));
            if (mismatch < 0) {
                break;
            }
            int first = at + mismatch;
            int stop = Math.min(length, first / Sector.BYTES * Sector.BYTES + Sector.BYTES);
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
}
