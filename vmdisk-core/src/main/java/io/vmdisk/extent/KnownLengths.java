package io.vmdisk.extent;

import io.vmdisk.Sector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Keeps how long the grains are that were met last. A copy asks for each two or three times: where it looks for what is to be
 * copied, and in each thread that reads a part of the same window. Without this every answer is a read of a few bytes.
 */
final class KnownLengths implements GrainDecoder {
    private static final int SLOT_BITS = 11;
    private static final long SCATTER = 0x9E3779B97F4A7C15L;
    /** Bits of a length: formats have packed grains of little more than two MiB at most. */
    private static final int LENGTH_BITS = 22;

    private static final int LENGTH_MASK = (1 << LENGTH_BITS) - 1;

    private final GrainDecoder format;
    /** The sector of a grain, and its length: one number, so that threads see both or neither. */
    private final AtomicLongArray slots = new AtomicLongArray(1 << SLOT_BITS);

    KnownLengths(GrainDecoder format) {
        this.format = format;
    }

    @Override
    public int storedLength(long fileOffset) throws IOException {
        long sector = fileOffset / Sector.BYTES;
        int slot = (int) (sector * SCATTER >>> Long.SIZE - SLOT_BITS);
        long known = slots.getOpaque(slot);
        if (known != 0 && known >>> LENGTH_BITS == sector && fileOffset % Sector.BYTES == 0) {
            return (int) known & LENGTH_MASK;
        }
        int length = format.storedLength(fileOffset);
        if (length > 0 && length <= LENGTH_MASK && fileOffset % Sector.BYTES == 0) {
            slots.setOpaque(slot, sector << LENGTH_BITS | length);
        }
        return length;
    }

    @Override
    public void inflate(long start, long fileOffset, int storedLength, ByteBuffer into) throws IOException {
        format.inflate(start, fileOffset, storedLength, into);
    }

    @Override
    public void close() throws IOException {
        format.close();
    }
}
