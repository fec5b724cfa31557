package io.vmdisk.testkit;

import java.nio.ByteBuffer;

/**
 * Changes of large files that fit into small inputs: each is three bytes of position, one of length (1 to 8), and the bytes.
 * Positions lie in what is not zero, where metadata is, two times of three.
 */
public final class ByteEdits {
    private static final int HEAD = 4;
    private static final int MOST = 8;

    private ByteEdits() {}

    /** The bytes with the changes of an input. */
    public static byte[] apply(byte[] sound, ByteBuffer edits) {
        byte[] bytes = sound.clone();
        if (bytes.length == 0) {
            return bytes;
        }
        int[] used = used(sound);
        while (edits.remaining() > HEAD) {
            int place = (edits.get() & 0xFF) << 16 | (edits.get() & 0xFF) << 8 | edits.get() & 0xFF;
            int length = 1 + (edits.get() & 0xFF) % MOST;
            int at = place % 3 == 0 || used.length == 0 ? place % bytes.length : used[place % used.length];
            for (int i = 0; i < length && edits.hasRemaining(); i++) {
                byte value = edits.get();
                if (at + i < bytes.length) {
                    bytes[at + i] = value;
                }
            }
        }
        return bytes;
    }

    private static int[] used(byte[] bytes) {
        return java.util.stream.IntStream.range(0, Math.min(bytes.length, 1 << 16))
                .filter(i -> bytes[i] != 0)
                .toArray();
    }
}
