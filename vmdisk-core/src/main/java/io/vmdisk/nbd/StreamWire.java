package io.vmdisk.nbd;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** A connection over two streams: a TCP socket, encrypted or not, or standard input and output. */
final class StreamWire extends Wire {
    private static final int PIECE_BYTES = 64 << 10;

    private final InputStream in;
    private final OutputStream out;
    private final EndInput inputEnd;
    private final Closeable owner;

    /** How a reader that waits is told that nothing more comes. */
    @FunctionalInterface
    interface EndInput {
        /** Whether it could be told. */
        boolean run() throws IOException;
    }

    StreamWire(InputStream in, OutputStream out, EndInput inputEnd, Closeable owner) {
        this.in = in;
        this.out = out;
        this.inputEnd = inputEnd;
        this.owner = owner;
    }

    @Override
    int receive(ByteBuffer into) throws IOException {
        if (into.hasArray()) {
            int count = in.read(into.array(), into.arrayOffset() + into.position(), into.remaining());
            into.position(into.position() + Math.max(0, count));
            return count;
        }
        byte[] piece = new byte[Math.min(PIECE_BYTES, into.remaining())];
        int count = in.read(piece);
        into.put(piece, 0, Math.max(0, count));
        return count;
    }

    @Override
    void send(ByteBuffer bytes) throws IOException {
        if (bytes.hasArray()) {
            out.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
            bytes.position(bytes.limit());
        } else {
            byte[] piece = new byte[Math.min(PIECE_BYTES, bytes.remaining())];
            while (bytes.hasRemaining()) {
                int count = Math.min(piece.length, bytes.remaining());
                bytes.get(piece, 0, count);
                out.write(piece, 0, count);
            }
        }
        out.flush();
    }

    @Override
    ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocate(bytes);
    }

    @Override
    boolean endInput() throws IOException {
        return inputEnd.run();
    }

    @Override
    public void close() throws IOException {
        owner.close();
    }
}
