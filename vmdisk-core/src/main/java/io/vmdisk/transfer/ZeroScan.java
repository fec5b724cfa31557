package io.vmdisk.transfer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Finds zeros at the speed of memory: eight longs are or-ed before a branch. */
public final class ZeroScan {
    private static final int STRIDE = 8 * Long.BYTES;

    private ZeroScan() {}

    /** Whether all bytes of a range of {@code bytes}, given by index, are zero. */
    public static boolean isZero(ByteBuffer bytes, int from, int to) {
        ByteBuffer b = bytes.order() == ByteOrder.nativeOrder()
                ? bytes
                : bytes.duplicate().order(ByteOrder.nativeOrder());
        int at = from;
        for (; at <= to - STRIDE; at += STRIDE) {
            long any = b.getLong(at)
                    | b.getLong(at + 8)
                    | b.getLong(at + 16)
                    | b.getLong(at + 24)
                    | b.getLong(at + 32)
                    | b.getLong(at + 40)
                    | b.getLong(at + 48)
                    | b.getLong(at + 56);
            if (any != 0) {
                return false;
            }
        }
        for (; at < to; at++) {
            if (b.get(at) != 0) {
                return false;
            }
        }
        return true;
    }
}
