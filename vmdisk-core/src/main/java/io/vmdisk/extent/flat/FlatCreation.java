package io.vmdisk.extent.flat;

import io.vmdisk.Progress;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Makes new flat extents: their length always, their space and their zeros as asked. */
public final class FlatCreation {
    private static final int CHUNK_BYTES = 4 << 20;

    private FlatCreation() {}

    /** What of a flat extent is really there. */
    public enum Provisioning {
        /** Nothing: a hole of the full length. */
        THIN,
        /** The space, reserved; where the platform can't reserve, zeros are written. */
        THICK,
        /** Zeros, written over the full length. */
        EAGER_ZEROED
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
