package io.vmdisk.extent.flat;

import io.vmdisk.Progress;
import io.vmdisk.extent.Extent;
import io.vmdisk.extent.WritableExtent;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The public side of flat extents: everything that other packages may use. They have no header, so none of them is told by
 * its content: the descriptor says where one begins and how long it is.
 */
public final class FlatFormat {
    private static final int CHUNK_BYTES = 4 << 20;

    private FlatFormat() {}

    /** What of a flat extent is really there. */
    public enum Provisioning {
        /** Nothing: a hole of the full length. */
        THIN,
        /** The space, reserved; where the platform can't reserve, zeros are written. */
        THICK,
        /** Zeros, written over the full length. */
        EAGER_ZEROED
    }

    /**
     * A region of a file, byte for byte; may be written to if the file may.
     *
     * @param file its file, closed with the extent
     * @param fileStart byte of the file at which the extent begins
     * @param capacity bytes; {@code fileStart + capacity} does not overflow
     */
    public static WritableExtent open(BlockFile file, long fileStart, long capacity) {
        return new FlatExtent(file, fileStart, capacity);
    }

    /** An extent without a file, which reads as zeros and takes nothing else. */
    public static WritableExtent zeros(long capacity) {
        return new ZeroExtent(capacity);
    }

    /**
     * Of a flat extent that may be damaged, what its file holds: what lies behind the file's end is lost. Any other extent
     * stays what it is.
     *
     * @param fileStart byte of the file at which the extent begins
     */
    public static Extent upToFileEnd(Extent extent, long fileStart) throws IOException {
        return extent instanceof FlatExtent flat
                ? new CutFlatExtent(flat, flat.file().size() - fileStart)
                : extent;
    }

    /** Gives an empty file the length of an extent, with this much of it allocated; nothing is forced. */
    public static void create(BlockFile file, long capacity, Provisioning provisioning, Progress progress)
            throws IOException {
        extend(file, 0, capacity, provisioning, progress);
    }

    /** Makes a file longer, from {@code size} bytes on, with this much of the new part allocated; nothing is forced. */
    public static void extend(BlockFile file, long size, long newSize, Provisioning provisioning, Progress progress)
            throws IOException {
        file.setSize(newSize);
        fill(file, size, newSize, provisioning, progress);
    }

    private static void fill(BlockFile file, long start, long end, Provisioning provisioning, Progress progress)
            throws IOException {
        switch (provisioning) {
            case THIN -> {}
            case THICK -> {
                if (!file.allocate(start, end - start)) {
                    writeZeros(file, start, end, progress);
                }
            }
            case EAGER_ZEROED -> writeZeros(file, start, end, progress);
        }
    }

    /**
     * Allocates what has no space yet of a file that was filled first, so that it ends like one that was made with all its
     * space; nothing is forced. Space that it shares with other files stays shared.
     */
    public static void fillHoles(BlockFile file, Provisioning provisioning, Progress progress) throws IOException {
        long size = file.size();
        long at = file.nextHole(0);
        while (at < size) {
            progress.checkCancelled("reserving");
            long end = Math.min(size, file.nextData(at));
            // Hole by hole: a call for all of it would want room for what is shared, too.
            fill(file, at, end, provisioning, progress);
            at = Math.max(end, file.nextHole(end));
        }
    }

    private static void writeZeros(BlockFile file, long start, long end, Progress progress) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(CHUNK_BYTES);
        progress.begin("zeroing " + file.path().getFileName(), end - start);
        long at = start;
        while (at < end) {
            progress.checkCancelled("zeroing");
            int count = (int) Math.min(CHUNK_BYTES, end - at);
            file.writeFully(at, zeros.slice(0, count));
            progress.advance(count);
            at += count;
        }
    }
}
