package io.vmdisk.extent.hosted.stream;

import java.io.IOException;
import java.io.InputStream;

/** A stream of bytes with its position, read through a buffer of its own. For one thread; the stream stays open. */
final class SequentialInput {
    private static final int BUFFER_BYTES = 1 << 17;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int from;
    private int to;
    private long position;

    SequentialInput(InputStream in) {
        this.in = in;
    }

    /** The next byte's number. */
    long position() {
        return position;
    }

    /** Reads as many bytes as are asked for; fewer only where the stream ends. */
    int read(byte[] into, int at, int length) throws IOException {
        int done = Math.min(length, to - from);
        System.arraycopy(buffer, from, into, at, done);
        from += done;
        if (length - done >= BUFFER_BYTES) {
            done += in.readNBytes(into, at + done, length - done);
        } else if (done < length) {
            fill(length - done);
            int more = Math.min(length - done, to - from);
            System.arraycopy(buffer, from, into, at + done, more);
            from += more;
            done += more;
        }
        position += done;
        return done;
    }

    /** Passes over bytes; false if the stream ends before. */
    boolean skip(long bytes) throws IOException {
        long left = bytes;
        while (left > 0) {
            if (from == to) {
                fill(1);
                if (from == to) {
                    return false;
                }
            }
            int step = (int) Math.min(left, to - from);
            from += step;
            position += step;
            left -= step;
        }
        return true;
    }

    /** Refills the empty buffer with at least {@code wanted} bytes, or to the end. */
    private void fill(int wanted) throws IOException {
        from = 0;
        to = 0;
        while (to < wanted) {
            int count = in.read(buffer, to, BUFFER_BYTES - to);
            if (count < 0) {
                return;
            }
            to += count;
        }
    }
}
