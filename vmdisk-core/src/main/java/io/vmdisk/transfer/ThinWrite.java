package io.vmdisk.transfer;

import io.vmdisk.disk.VirtualDisk;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Writes to a disk that reads as zeros, leaving zeros out, so that thin stays thin. */
final class ThinWrite {
    private ThinWrite() {}

    /** Writes what is not zero of a buffer that begins, at index 0, with a granule. */
    static void write(VirtualDisk target, long start, ByteBuffer bytes) throws IOException {
        write(target, start, bytes, HoleSize.STANDARD.granule(target));
    }

    /** As {@link #write(VirtualDisk, long, ByteBuffer)}, with granules of another size. */
    static void write(VirtualDisk target, long start, ByteBuffer bytes, int granule) throws IOException {
        int length = bytes.limit();
        int at = 0;
        while (at < length) {
            int from = nextGranule(bytes, at, length, granule, Wanted.DATA);
            int to = nextGranule(bytes, from, length, granule, Wanted.ZEROS);
            if (from < to) {
                bytes.limit(to).position(from);
                target.write(start + from, bytes);
                bytes.limit(length);
            }
            at = to;
        }
    }

    /** Bytes of the granules that are not all zeros, in a buffer that begins, at index 0, with one. */
    static long dataBytes(ByteBuffer bytes, int granule) {
        int length = bytes.limit();
        long data = 0;
        for (int from = nextGranule(bytes, 0, length, granule, Wanted.DATA); from < length; ) {
            int to = nextGranule(bytes, from, length, granule, Wanted.ZEROS);
            data += to - from;
            from = nextGranule(bytes, to, length, granule, Wanted.DATA);
        }
        return data;
    }

    private enum Wanted {
        DATA,
        ZEROS
    }

    /** The first granule at or behind {@code at} that is what is wanted, or the end. */
    private static int nextGranule(ByteBuffer bytes, int at, int length, int granule, Wanted wanted) {
        int next = at;
        while (next < length) {
            int stop = Math.min(length, next + granule);
            if (ZeroScan.isZero(bytes, next, stop) == (wanted == Wanted.ZEROS)) {
                return next;
            }
            next = stop;
        }
        return length;
    }
}
