package io.vmdisk.nbd;

import io.vmdisk.VmdiskException;
import io.vmdisk.transfer.ZeroScan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The requests of one connection.
 *
 * <p>The connection's own thread reads them and does what changes the disk, piece by piece, one request after the other; a
 * few workers of its own answer reads and questions, in any order. So a client has at most one buffer for each worker and
 * one for writes, however many and large its requests are, and one that takes no answers holds up nobody else.
 */
final class Transmission {
    private static final int PIECE_BYTES = 256 << 10;
    private static final int WORKERS =
            Math.max(2, Math.min(4, Runtime.getRuntime().availableProcessors()));
    /** Requests read ahead of the workers. */
    private static final int MOST_WAITING = 64;

    private static final long IDLE_SECONDS = 5;
    private static final long PARTING_SECONDS = 10;

    private final Wire wire;
    private final OpenExport export;
    private final Session.ReplyForm form;
    private final List<MetaContext> contexts;
    private final Replies replies;
    private final Consumer<String> notes;
    private final ThreadPoolExecutor workers;
    private final Semaphore waiting = new Semaphore(MOST_WAITING);
    private final ConcurrentLinkedQueue<ByteBuffer> buffers = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean noted = new AtomicBoolean();

    Transmission(Session session, ThreadFactory threads, Consumer<String> notes) {
        this.wire = session.wire();
        this.export = session.export();
        this.form = session.form();
        this.contexts = session.contexts();
        this.replies = new Replies(wire, form);
        this.notes = notes;
        this.workers = new ThreadPoolExecutor(
                WORKERS, WORKERS, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
        workers.allowCoreThreadTimeOut(true);
    }

    /** What is done for one request; what goes wrong with the disk is the reply, what goes wrong with the wire is thrown. */
    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    /** Serves until the client leaves; then what was begun is ended, as far as the client still takes it. */
    void run() throws IOException {
        try {
            ByteBuffer header = ByteBuffer.allocate(Protocol.REQUEST_BYTES);
            while (wire.readOrEnd(header.clear())) {
                if (header.flip().getInt() != Protocol.REQUEST_MAGIC) {
                    return;
                }
                Request request = Request.of(header);
                NbdCommand command = NbdCommand.of(request.code()).orElse(null);
                if (command == NbdCommand.DISCONNECT) {
                    return;
                }
                if (command == null) {
                    replies.failed(request, NbdErrno.INVALID, "unknown command " + request.code());
                } else if (!accept(command, request)) {
                    return;
                }
            }
        } finally {
            part();
        }
    }

    private void part() throws IOException {
        workers.shutdown();
        if (!ended(PARTING_SECONDS)) {
            // The client takes nothing any more.
            wire.close();
            while (!ended(PARTING_SECONDS)) {
                Thread.onSpinWait();
            }
        }
    }

    private boolean ended(long seconds) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return workers.awaitTermination(seconds, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Begins what is asked; false if the connection can't go on. */
    private boolean accept(NbdCommand command, Request request) throws IOException {
        boolean takesData = command == NbdCommand.WRITE;
        if (takesData && request.length() > Protocol.MAX_REQUEST_BYTES) {
            // The specification leaves the end of the connection: skipping gigabytes would serve a flood.
            replies.failed(request, NbdErrno.OVERFLOW, "more than " + Protocol.MAX_REQUEST_BYTES + " bytes at once");
            return false;
        }
        NbdErrno refused = refusal(command, request);
        if (refused != NbdErrno.OK) {
            if (takesData) {
                wire.skip(request.length());
            }
            replies.failed(request, refused, "refused");
            return true;
        }
        switch (command) {
            case READ -> later(() -> read(request));
            case BLOCK_STATUS -> later(() -> tellStatus(request));
            case WRITE -> write(request);
            case FLUSH -> change(request, export::flush);
            case TRIM -> change(request, () -> export.unmap(request.offset(), request.length()));
            case WRITE_ZEROES -> change(request, () -> zero(request));
            default -> throw new IllegalStateException("handled elsewhere: " + command);
        }
        return true;
    }

    private NbdErrno refusal(NbdCommand command, Request request) {
        boolean changes =
                command == NbdCommand.WRITE || command == NbdCommand.TRIM || command == NbdCommand.WRITE_ZEROES;
        if (!command.takes(request.flags())) {
            return NbdErrno.INVALID;
        }
        if (changes && !export.isWritable()) {
            return NbdErrno.NOT_PERMITTED;
        }
        if (command == NbdCommand.FLUSH) {
            return NbdErrno.OK;
        }
        if (!request.liesIn(export.size())) {
            return command == NbdCommand.WRITE || command == NbdCommand.WRITE_ZEROES
                    ? NbdErrno.NO_SPACE
                    : NbdErrno.INVALID;
        }
        return switch (command) {
            case READ -> readRefusal(request);
            case BLOCK_STATUS -> contexts.isEmpty() || request.length() == 0 ? NbdErrno.INVALID : NbdErrno.OK;
            default -> NbdErrno.OK;
        };
    }

    private NbdErrno readRefusal(Request request) {
        if (request.length() > Protocol.MAX_REQUEST_BYTES) {
            return NbdErrno.OVERFLOW;
        }
        boolean onePiece = request.has(Protocol.DF);
        if (onePiece && form == Session.ReplyForm.SIMPLE) {
            return NbdErrno.INVALID;
        }
        return onePiece && request.length() > PIECE_BYTES ? NbdErrno.OVERFLOW : NbdErrno.OK;
    }

    private void later(Work work) {
        waiting.acquireUninterruptibly();
        workers.execute(() -> {
            try {
                work.run();
            } catch (IOException e) {
                abandon();
            } finally {
                waiting.release();
            }
        });
    }

    /** The client is gone or takes nothing; its reader hears of it. */
    private void abandon() {
        try {
            wire.close();
        } catch (IOException e) {
            // It could not be more closed.
        }
    }

    /** Says what went wrong with the disk, to the client in few words and once to those who watch the server. */
    private String tell(Throwable failure) {
        if (noted.compareAndSet(false, true)) {
            notes.accept("a request of a client failed: " + failure);
        }
        return failure instanceof VmdiskException told ? told.problem() : "input/output error";
    }

    private ByteBuffer buffer() {
        ByteBuffer pooled = buffers.poll();
        return pooled == null ? wire.allocate(Replies.HEADER_ROOM + PIECE_BYTES) : pooled.clear();
    }

    /** The piece at {@code at}: pieces end at multiples of their size, as grains do. */
    private static int pieceAt(long at, long end) {
        return (int) Math.min(end - at, PIECE_BYTES - at % PIECE_BYTES);
    }

    private void fill(ByteBuffer buffer, long at, int length) throws IOException {
        buffer.limit(Replies.HEADER_ROOM + length).position(Replies.HEADER_ROOM);
        export.read(at, buffer);
        buffer.position(Replies.HEADER_ROOM);
    }

    private void read(Request request) throws IOException {
        ByteBuffer buffer;
        try {
            buffer = buffer();
        } catch (OutOfMemoryError e) {
            replies.failed(request, NbdErrno.NO_MEMORY, tell(e));
            return;
        }
        try {
            if (form == Session.ReplyForm.SIMPLE) {
                readSimply(request, buffer);
            } else {
                readInChunks(request, buffer);
            }
        } finally {
            buffers.add(buffer);
        }
    }

    private void readInChunks(Request request, ByteBuffer buffer) throws IOException {
        long at = request.offset();
        long end = at + request.length();
        if (at == end) {
            replies.nothing(request);
            return;
        }
        boolean onePiece = request.has(Protocol.DF);
        while (at < end) {
            int length = onePiece ? (int) (end - at) : pieceAt(at, end);
            try {
                fill(buffer, at, length);
            } catch (IOException | RuntimeException e) {
                replies.failedAt(request, NbdErrno.of(e), at, tell(e));
                return;
            }
            int flags = at + length == end ? Protocol.CHUNK_DONE : 0;
            if (!onePiece && ZeroScan.isZero(buffer, buffer.position(), buffer.limit())) {
                replies.hole(request, flags, at, length);
            } else {
                replies.data(request, flags, at, buffer);
            }
            at += length;
        }
    }

    private void readSimply(Request request, ByteBuffer buffer) throws IOException {
        long end = request.offset() + request.length();
        int first = pieceAt(request.offset(), end);
        try {
            fill(buffer, request.offset(), first);
        } catch (IOException | RuntimeException e) {
            replies.failed(request, NbdErrno.of(e), tell(e));
            return;
        }
        long[] next = {request.offset() + first};
        replies.simpleData(request, buffer, () -> {
            int length = next[0] == end ? 0 : pieceAt(next[0], end);
            try {
                fill(buffer, next[0], length);
            } catch (RuntimeException e) {
                throw new IOException(tell(e), e);
            } catch (IOException e) {
                tell(e);
                throw e;
            }
            next[0] += length;
            return buffer;
        });
    }

    private void tellStatus(Request request) throws IOException {
        Map<MetaContext, Stretches> found;
        try {
            found = BlockStatus.of(export, request, contexts);
        } catch (IOException | RuntimeException e) {
            replies.failed(request, NbdErrno.of(e), tell(e));
            return;
        }
        for (int i = 0; i < contexts.size(); i++) {
            MetaContext context = contexts.get(i);
            int flags = i == contexts.size() - 1 ? Protocol.CHUNK_DONE : 0;
            replies.status(request, flags, context, found.getOrDefault(context, new Stretches(1)));
        }
    }

    /** Takes all the data of a write, whatever becomes of it, as the next request follows it. */
    private void write(Request request) throws IOException {
        ByteBuffer buffer = buffer();
        try {
            Exception failure = null;
            long at = request.offset();
            long end = at + request.length();
            while (at < end) {
                int length = pieceAt(at, end);
                wire.read(buffer.clear().limit(length));
                if (failure == null) {
                    try {
                        export.write(at, buffer.flip());
                    } catch (IOException | RuntimeException e) {
                        failure = e;
                    }
                }
                at += length;
            }
            if (failure == null) {
                change(request, () -> {});
            } else {
                replies.failed(request, NbdErrno.of(failure), tell(failure));
            }
        } finally {
            buffers.add(buffer);
        }
    }

    /** Without a hole is with all its space: zeros that are written. */
    private void zero(Request request) throws IOException {
        if (!request.has(Protocol.NO_HOLE)) {
            export.zero(request.offset(), request.length());
            return;
        }
        ByteBuffer zeros = ByteBuffer.allocate((int) Math.min(PIECE_BYTES, request.length()));
        long end = request.offset() + request.length();
        for (long at = request.offset(); at < end; at += zeros.limit()) {
            zeros.clear().limit(pieceAt(at, end));
            export.write(at, zeros);
        }
    }

    private void change(Request request, Work work) throws IOException {
        try {
            work.run();
            if (request.has(Protocol.FUA)) {
                export.flush();
            }
        } catch (IOException | RuntimeException e) {
            replies.failed(request, NbdErrno.of(e), tell(e));
            return;
        }
        replies.done(request);
    }
}
