package io.vmdisk.transfer;

import java.nio.ByteBuffer;

/** Finds zeros at the speed of memory: the JVM compares buffers with the widest instructions there are. */
public final class ZeroScan {
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(64 << 10).asReadOnlyBuffer();

    private ZeroScan() {}

    /** Whether all bytes of a range of {@code bytes}, given by index, are zero. */
    public static boolean isZero(ByteBuffer bytes, int from, int to) {
        // Most data shows itself in its first bytes, and is not worth two slices.
        if (to - from >= Long.BYTES && bytes.getLong(from) != 0) {
            return false;
        }
        int at = from;
        while (at < to) {
            int count = Math.min(ZEROS.capacity(), to - at);
            if (bytes.slice(at, count).mismatch(ZEROS.slice(0, count)) >= 0) {
                return false;
            }
            at += count;
        }
        return true;
    }
}
