package io.vmdisk.nbd;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The bytes of one connection, both ways.
 *
 * <p>One thread reads and any one at a time writes; neither waits for the other. Small reads come out of a buffer.
 */
abstract class Wire implements Closeable {
    private static final int BUFFER_BYTES = 64 << 10;

    /** What was received and not yet taken, from its position to its limit. */
    private final ByteBuffer ahead = ByteBuffer.allocate(BUFFER_BYTES).limit(0);

    /** Receives at least one byte, or -1 if the other side sends no more. */
    abstract int receive(ByteBuffer into) throws IOException;

    /** Sends all bytes. */
    abstract void send(ByteBuffer bytes) throws IOException;

    /** A buffer that needs no further copy here. */
    abstract ByteBuffer allocate(int bytes);

    /**
     * Lets the reader see an end, while what is to be sent still can be.
     *
     * @return false if a reader that waits can't be reached
     */
    abstract boolean endInput() throws IOException;

    /** Whether more was received than was taken. */
    final boolean hasAhead() {
        return ahead.hasRemaining();
    }

    /** Fills a buffer, or returns false if the other side had ended before its first byte. */
    final boolean readOrEnd(ByteBuffer into) throws IOException {
        boolean begun = false;
        while (into.hasRemaining()) {
            if (ahead.hasRemaining()) {
                int count = Math.min(ahead.remaining(), into.remaining());
                into.put(ahead.slice(ahead.position(), count));
                ahead.position(ahead.position() + count);
            } else if (into.remaining() >= BUFFER_BYTES) {
                if (receive(into) < 0) {
                    return ended(begun);
                }
            } else if (!fill()) {
                return ended(begun);
            }
            begun = true;
        }
        return true;
    }

    private static boolean ended(boolean begun) throws EOFException {
        if (begun) {
            throw new EOFException("the connection ended in the middle of a message");
        }
        return false;
    }

    private boolean fill() throws IOException {
        ahead.clear();
        try {
            return receive(ahead) >= 0;
        } finally {
            ahead.flip();
        }
    }

    /** Fills a buffer. */
    final void read(ByteBuffer into) throws IOException {
        if (!readOrEnd(into)) {
            throw new EOFException("the connection ended");
        }
    }

    /** The next bytes, ready to be read. */
    final ByteBuffer read(int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        read(bytes);
        return bytes.flip();
    }

    /** Takes bytes nobody wants. */
    final void skip(long count) throws IOException {
        ByteBuffer waste = ByteBuffer.allocate((int) Math.min(count, BUFFER_BYTES));
        for (long left = count; left > 0; left -= waste.limit()) {
            waste.clear().limit((int) Math.min(left, waste.capacity()));
            read(waste);
        }
    }
}
