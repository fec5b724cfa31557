package io.vmdisk.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Sends replies, each in one piece: they may be of requests that are worked on at once. What is sent is complete before
 * the lock is taken, so a slow client keeps nobody waiting but itself.
 */
final class Replies {
    /** What a buffer keeps free in front of its data, for the longest header. */
    static final int HEADER_ROOM = Protocol.CHUNK_HEADER_BYTES + Long.BYTES;

    private static final int MAX_TEXT_BYTES = 1024;

    private final Wire wire;
    private final Session.ReplyForm form;
    private final ReentrantLock lock = new ReentrantLock();

    Replies(Wire wire, Session.ReplyForm form) {
        this.wire = wire;
        this.form = form;
    }

    private void send(ByteBuffer bytes) throws IOException {
        lock.lock();
        try {
            wire.send(bytes);
        } finally {
            lock.unlock();
        }
    }

    /** A request without data is done; reads and questions about stretches use chunks where those were agreed. */
    void done(Request request) throws IOException {
        send(simple(request, NbdErrno.OK));
    }

    /** A request failed as a whole. */
    void failed(Request request, NbdErrno error, String text) throws IOException {
        if (form == Session.ReplyForm.SIMPLE) {
            send(simple(request, error));
        } else {
            byte[] words = words(text);
            send(chunk(request, Protocol.CHUNK_DONE, Protocol.CHUNK_ERROR, 6 + words.length)
                    .putInt(error.code())
                    .putShort((short) words.length)
                    .put(words)
                    .flip());
        }
    }

    private static byte[] words(String text) {
        byte[] words = text.getBytes(StandardCharsets.UTF_8);
        return java.util.Arrays.copyOf(words, Math.min(words.length, MAX_TEXT_BYTES));
    }

    private static ByteBuffer simple(Request request, NbdErrno error) {
        return header(ByteBuffer.allocate(Protocol.SIMPLE_REPLY_BYTES), request, error)
                .flip();
    }

    private static ByteBuffer header(ByteBuffer bytes, Request request, NbdErrno error) {
        return bytes.putInt(Protocol.SIMPLE_REPLY_MAGIC).putInt(error.code()).putLong(request.cookie());
    }

    private static ByteBuffer chunk(Request request, int flags, int type, int length) {
        return chunk(ByteBuffer.allocate(Protocol.CHUNK_HEADER_BYTES + length), request, flags, type, length);
    }

    private static ByteBuffer chunk(ByteBuffer bytes, Request request, int flags, int type, int length) {
        return bytes.putInt(Protocol.CHUNK_MAGIC)
                .putShort((short) flags)
                .putShort((short) type)
                .putLong(request.cookie())
                .putInt(length);
    }

    /** The end of a structured reply that had nothing to say. */
    void nothing(Request request) throws IOException {
        send(chunk(request, Protocol.CHUNK_DONE, Protocol.CHUNK_NONE, 0).flip());
    }

    /**
     * A part of a structured read.
     *
     * @param bytes with {@link #HEADER_ROOM} in front of the data, which ends at its limit
     * @param flags of the chunk
     */
    void data(Request request, int flags, long offset, ByteBuffer bytes) throws IOException {
        int length = bytes.limit() - HEADER_ROOM;
        chunk(bytes.position(0), request, flags, Protocol.CHUNK_OFFSET_DATA, Long.BYTES + length)
                .putLong(offset);
        send(bytes.position(0));
    }

    /** A part of a structured read that is zeros. */
    void hole(Request request, int flags, long offset, int length) throws IOException {
        send(chunk(request, flags, Protocol.CHUNK_OFFSET_HOLE, Long.BYTES + Integer.BYTES)
                .putLong(offset)
                .putInt(length)
                .flip());
    }

    /** A structured read failed on its way. */
    void failedAt(Request request, NbdErrno error, long offset, String text) throws IOException {
        byte[] words = words(text);
        send(chunk(request, Protocol.CHUNK_DONE, Protocol.CHUNK_ERROR_OFFSET, 14 + words.length)
                .putInt(error.code())
                .putShort((short) words.length)
                .put(words)
                .putLong(offset)
                .flip());
    }

    /** What one context says of the stretches of a request. */
    void status(Request request, int flags, MetaContext context, Stretches stretches) throws IOException {
        ByteBuffer bytes = chunk(
                request, flags, Protocol.CHUNK_BLOCK_STATUS, Integer.BYTES + stretches.count() * Stretches.WIRE_BYTES);
        bytes.putInt(context.number());
        stretches.put(bytes);
        send(bytes.flip());
    }

    /** Hands out the pieces of a simple read's data. */
    @FunctionalInterface
    interface Pieces {
        /** The next one, with {@link #HEADER_ROOM} in front, or one without data after the last. */
        ByteBuffer next() throws IOException;
    }

    /**
     * A simple read: one header, then all the data without anything between. Data that can't be read once the header is
     * out leaves nothing to do but to end the connection, which the exception does.
     *
     * @param first its first piece, with {@link #HEADER_ROOM} in front
     */
    void simpleData(Request request, ByteBuffer first, Pieces more) throws IOException {
        lock.lock();
        try {
            int start = HEADER_ROOM - Protocol.SIMPLE_REPLY_BYTES;
            header(first.position(start), request, NbdErrno.OK);
            wire.send(first.position(start));
            for (ByteBuffer piece = more.next(); piece.limit() > HEADER_ROOM; piece = more.next()) {
                wire.send(piece.position(HEADER_ROOM));
            }
        } finally {
            lock.unlock();
        }
    }
}
