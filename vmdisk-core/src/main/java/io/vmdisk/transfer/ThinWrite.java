package io.vmdisk.transfer;

import io.vmdisk.ByteRange;
import io.vmdisk.bulk.Turns;
import io.vmdisk.descriptor.ExtentType;
import io.vmdisk.disk.VirtualDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Writes that take no space for zeros, so that thin stays thin. */
public final class ThinWrite {
    private ThinWrite() {}

    /** The parts that are not all zeros of a buffer that begins, at index 0, with a granule; positions are the buffer's. */
    static List<ByteRange> data(ByteBuffer bytes, int granule) {
        List<ByteRange> parts = new ArrayList<>();
        int length = bytes.limit();
        for (int from = nextGranule(bytes, 0, length, granule, Wanted.DATA); from < length; ) {
            int to = nextGranule(bytes, from, length, granule, Wanted.ZEROS);
            parts.add(new ByteRange(from, to - from));
            from = nextGranule(bytes, to, length, granule, Wanted.DATA);
        }
        return parts;
    }

    /**
     * Writes parts of a buffer, in places that are taken when the turn has come.
     *
     * @param start the byte of the disk that the buffer begins with
     */
    static void write(VirtualDisk target, long start, ByteBuffer bytes, List<ByteRange> parts, Turns.Turn turn)
            throws IOException {
        turn.take(() -> {
            for (ByteRange part : parts) {
                target.reserve(start + part.start(), part.length());
            }
        });
        int length = bytes.limit();
        for (ByteRange part : parts) {
            bytes.limit((int) part.end()).position((int) part.start());
            target.write(start + part.start(), bytes);
            bytes.limit(length);
        }
    }

    /**
     * Writes to a disk that reads as anything: whole grains of zeros are zeroed, which takes no space in sparse formats,
     * everything else is written. A flat disk is written throughout: the space that it was given stays its own.
     *
     * @param start where the first of {@code bytes} goes
     * @param bytes all that remains in it
     */
    public static void over(VirtualDisk target, long start, ByteBuffer bytes) throws IOException {
        if (isFlat(target)) {
            target.write(start, bytes);
            return;
        }
        int grain = HoleSize.STANDARD.granule(target);
        int length = bytes.remaining();
        int at = 0;
        while (at < length) {
            int toGrain = (int) Math.min(length - at, grain - (start + at) % grain);
            boolean zeros = isWholeZeros(bytes, at, toGrain, grain);
            int stop = at + toGrain;
            while (stop < length) {
                int next = Math.min(grain, length - stop);
                if (isWholeZeros(bytes, stop, next, grain) != zeros) {
                    break;
                }
                stop += next;
            }
            if (zeros) {
                target.zero(start + at, stop - at);
            } else {
                target.write(start + at, bytes.slice(bytes.position() + at, stop - at));
            }
            at = stop;
        }
        bytes.position(bytes.limit());
    }

    private static boolean isFlat(VirtualDisk disk) {
        return disk.links().get(0).extents().stream()
                .anyMatch(extent ->
                        extent.line().type() == ExtentType.FLAT || extent.line().type() == ExtentType.VMFS);
    }

    private static boolean isWholeZeros(ByteBuffer bytes, int at, int count, int grain) {
        int from = bytes.position() + at;
        return count == grain && ZeroScan.isZero(bytes, from, from + count);
    }

    /** Bytes of all parts together. */
    static long bytes(List<ByteRange> parts) {
        long sum = 0;
        for (ByteRange part : parts) {
            sum += part.length();
        }
        return sum;
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
