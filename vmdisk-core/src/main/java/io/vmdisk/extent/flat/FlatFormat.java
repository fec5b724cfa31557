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
        switch (provisioning) {
            case THIN -> {}
            case THICK -> {
                if (!file.allocate(size, newSize - size)) {
                    writeZeros(file, size, newSize, progress);
                }
            }
            case EAGER_ZEROED -> writeZeros(file, size, newSize, progress);
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
