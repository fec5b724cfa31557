package io.vmdisk.compress;

import java.util.Objects;
import java.util.zip.Adler32;

/** Zlib streams (RFC 1950) of stored blocks (RFC 1951, 3.2.4): bytes as they are, for what can't be packed. */
public final class StoredStream {
    /** Deflate with a window of 32 KiB, packed as fast as can be; the low byte comes first. */
    private static final int HEADER = 0x0178;

    private static final int MAX_BLOCK_BYTES = 0xFFFF;

    private StoredStream() {}

    /**
     * Writes the stream of {@code src[off, off + len)} to {@code dst} from {@code dstOff} on.
     *
     * @param len not negative; eleven bytes are added, and five more for each block of 65535 bytes but the last
     * @param dst with room for {@link Compression#boundBytes} of {@code len} bytes behind {@code dstOff}
     * @return how many bytes were written
     */
    public static int write(byte[] src, int off, int len, byte[] dst, int dstOff) {
        Objects.checkFromIndexSize(dstOff, Compression.boundBytes(len), dst.length);
        int at = putShort(dst, dstOff, HEADER);
        int done = 0;
        do {
            int block = Math.min(MAX_BLOCK_BYTES, len - done);
            dst[at++] = (byte) (done + block == len ? 1 : 0);
            at = putShort(dst, at, block);
            at = putShort(dst, at, ~block);
            System.arraycopy(src, off + done, dst, at, block);
            at += block;
            done += block;
        } while (done < len);
        Adler32 sum = new Adler32();
        sum.update(src, off, len);
        int value = (int) sum.getValue();
        at = putShort(dst, at, value >>> 24 | value >>> 8 & 0xFF00);
        at = putShort(dst, at, value >>> 8 & 0xFF | (value & 0xFF) << 8);
        return at - dstOff;
    }

    /** The low byte first. */
    private static int putShort(byte[] dst, int at, int value) {
        dst[at] = (byte) value;
        dst[at + 1] = (byte) (value >>> 8);
        return at + 2;
    }
}
