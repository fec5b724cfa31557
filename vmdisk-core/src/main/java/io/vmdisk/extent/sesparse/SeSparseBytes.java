package io.vmdisk.extent.sesparse;

import java.nio.ByteBuffer;

/** Ranges of bytes whose meaning nobody knows: copied out, kept, looked at for zero. */
final class SeSparseBytes {
    private SeSparseBytes() {}

    /** A copy of {@code [from, to)} that equals by content. */
    static ByteBuffer copy(ByteBuffer bytes, int from, int to) {
        byte[] copy = new byte[to - from];
        bytes.get(from, copy);
        return ByteBuffer.wrap(copy).asReadOnlyBuffer();
    }

    /** So many zeros. */
    static ByteBuffer zeros(int length) {
        return ByteBuffer.allocate(length).asReadOnlyBuffer();
    }

    /** Whether all of it is zero. */
    static boolean isZero(ByteBuffer bytes) {
        for (int i = 0; i < bytes.limit(); i++) {
            if (bytes.get(i) != 0) {
                return false;
            }
        }
        return true;
    }
}
