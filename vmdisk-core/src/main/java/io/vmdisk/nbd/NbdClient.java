package io.vmdisk.nbd;

import io.vmdisk.MalformedFileException;
import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * One connection to a server, read-only, with one request at a time.
 *
 * <p>The server may be hostile: nothing is allocated because it says so, each reply must be the one that was asked for and
 * must give every byte once, and after the first one that is not the connection is of no more use. Safe for many threads,
 * which take turns.
 */
final class NbdClient implements Closeable {
    /** How much is asked for at once. */
    static final int MOST_BYTES = 1 << 20;

    private static final int MAX_STATUS_BYTES = 1 << 20;
    private static final int MAX_TEXT_BYTES = 8 << 10;
    /** In one reply. */
    private static final int MAX_ERRORS = 1024;

    private final Path name;
    private final Wire wire;
    private final NbdHandshake.Agreed agreed;
    private long cookie;
    private boolean broken;

    private NbdClient(Path name, NbdHandshake.Agreed agreed) {
        this.name = name;
        this.wire = agreed.wire();
        this.agreed = agreed;
    }

    /**
     * Connects and agrees on all that is needed.
     *
     * @param name what failures name
     */
    static NbdClient connect(NbdAddress address, Path name) throws IOException {
        NbdAddress.Place place = address.place();
        if (place instanceof NbdAddress.Place.Secure secure) {
            Socket socket = NbdConnector.socket(secure.host(), secure.port());
            Wire clear = NbdConnector.wire(socket, socket);
            NbdHandshake handshake = new NbdHandshake(name, address.export(), clear);
            return new NbdClient(name, handshake.agree(() -> NbdConnector.encrypt(socket, secure)));
        }
        return over(NbdConnector.connect(place), address.export(), name);
    }

    /** Agrees over a connection that is there, in clear. */
    static NbdClient over(Wire wire, String export, Path name) throws IOException {
        return new NbdClient(name, new NbdHandshake(name, export, wire).agree(null));
    }

    private MalformedFileException violation(String problem) {
        broken = true;
        return NbdHandshake.violation(name, problem);
    }

    /** Bytes of the export. */
    long size() {
        return agreed.size();
    }

    /** Whether others may connect too, and see the same. */
    boolean canHaveTwins() {
        return (agreed.flags() & Protocol.CAN_MULTI_CONN) != 0;
    }

    boolean knowsAllocation() {
        return agreed.allocationContext() >= 0;
    }

    /** Positions and lengths of requests are multiples of this. */
    int minimumBytes() {
        return agreed.minimumBytes();
    }

    /** Whether it is of no more use. */
    synchronized boolean isBroken() {
        return broken;
    }

    private void request(NbdCommand command, long at, int length) throws IOException {
        if (broken) {
            throw new IOException(name + ": the connection to the server broke");
        }
        cookie++;
        // Until the reply was taken whole, nobody knows where the next one begins.
        broken = true;
        wire.send(ByteBuffer.allocate(Protocol.REQUEST_BYTES)
                .putInt(Protocol.REQUEST_MAGIC)
                .putShort((short) 0)
                .putShort((short) command.code())
                .putLong(cookie)
                .putLong(at)
                .putInt(length)
                .flip());
    }

    /** The server can't do what it was asked; it goes on. */
    private IOException failed(int errno, String text) {
        broken = false;
        return new IOException(
                name + ": the server could not read: error " + errno + (text.isEmpty() ? "" : ", " + text));
    }

    /**
     * Fills a buffer.
     *
     * @param at a multiple of {@link #minimumBytes}
     * @param into at most {@link #MOST_BYTES}, inside the export
     */
    synchronized void read(long at, ByteBuffer into) throws IOException {
        int length = into.remaining();
        request(NbdCommand.READ, at, length);
        ByteBuffer magic = wire.read(Integer.BYTES);
        int first = magic.getInt();
        if (first == Protocol.SIMPLE_REPLY_MAGIC && !agreed.structured()) {
            ByteBuffer rest = wire.read(Protocol.SIMPLE_REPLY_BYTES - Integer.BYTES);
            int errno = rest.getInt();
            requireCookie(rest.getLong());
            if (errno != 0) {
                throw failed(errno, "");
            }
            wire.read(into);
        } else if (first == Protocol.CHUNK_MAGIC && agreed.structured()) {
            readChunks(at, into);
        } else {
            throw violation("a reply of another form");
        }
        broken = false;
    }

    private void requireCookie(long found) throws IOException {
        if (found != cookie) {
            throw violation("a reply to another request");
        }
    }

    /** A chunk's header behind its magic number. */
    private record Chunk(int flags, int type, int length) {
        boolean isLast() {
            return (flags & Protocol.CHUNK_DONE) != 0;
        }

        boolean isError() {
            return (type & 0x8000) != 0;
        }
    }

    private Chunk chunk() throws IOException {
        ByteBuffer header = wire.read(Protocol.CHUNK_HEADER_BYTES - Integer.BYTES);
        Chunk chunk = new Chunk(
                Short.toUnsignedInt(header.getShort()), Short.toUnsignedInt(header.getShort()), header.getInt(12));
        requireCookie(header.getLong(4));
        if (chunk.length() < 0) {
            throw violation("a chunk of " + Integer.toUnsignedString(chunk.length()) + " bytes");
        }
        return chunk;
    }

    private Chunk nextChunk() throws IOException {
        if (wire.read(Integer.BYTES).getInt() != Protocol.CHUNK_MAGIC) {
            throw violation("a chunk that is none");
        }
        return chunk();
    }

    /**
     * What an error chunk says; the chunk was the reply's end, or the chunks behind it are taken too.
     *
     * @param before how many of the reply there were: one that never ends is no reply
     */
    private String errorOf(Chunk chunk, int before) throws IOException {
        if (before == MAX_ERRORS) {
            throw violation("more errors than there can be");
        }
        if (chunk.length() < 6 || chunk.length() > MAX_TEXT_BYTES) {
            throw violation("an error of " + chunk.length() + " bytes");
        }
        ByteBuffer data = wire.read(chunk.length());
        int errno = data.getInt();
        int length = Short.toUnsignedInt(data.getShort());
        if (length > data.remaining()) {
            throw violation("an error whose text is longer than itself");
        }
        return errno + " " + StandardCharsets.UTF_8.decode(data.slice(6, length));
    }

    private void readChunks(long at, ByteBuffer into) throws IOException {
        int base = into.position();
        int length = into.remaining();
        NavigableMap<Integer, Integer> filled = new TreeMap<>();
        String error = null;
        int errors = 0;
        Chunk chunk = chunk();
        while (true) {
            if (chunk.isError()) {
                error = errorOf(chunk, errors++);
            } else {
                takeData(chunk, at, into.duplicate(), base, length, filled);
            }
            if (chunk.isLast()) {
                break;
            }
            chunk = nextChunk();
        }
        if (error != null) {
            int blank = error.indexOf(' ');
            throw failed(Integer.parseInt(error.substring(0, blank)), error.substring(blank + 1));
        }
        int sum = filled.values().stream().mapToInt(Integer::intValue).sum();
        if (sum != length) {
            throw violation("a reply that leaves out bytes");
        }
        into.position(base + length);
    }

    private void takeData(
            Chunk chunk, long at, ByteBuffer view, int base, int length, NavigableMap<Integer, Integer> filled)
            throws IOException {
        switch (chunk.type()) {
            case Protocol.CHUNK_NONE -> {
                requireEnd(chunk);
            }
            case Protocol.CHUNK_OFFSET_DATA -> {
                int count = chunk.length() - Long.BYTES;
                int from = place(wire.read(count < 1 ? 0 : Long.BYTES), at, count, length, filled);
                wire.read(view.limit(base + from + count).position(base + from));
            }
            case Protocol.CHUNK_OFFSET_HOLE -> {
                if (chunk.length() != Long.BYTES + Integer.BYTES) {
                    throw violation("a hole of another form");
                }
                ByteBuffer data = wire.read(chunk.length());
                int count = data.getInt(Long.BYTES);
                int from = place(data, at, count, length, filled);
                for (int i = base + from; i < base + from + count; i++) {
                    view.put(i, (byte) 0);
                }
            }
            default -> throw violation("a chunk of kind " + chunk.type());
        }
    }

    /** A chunk that says nothing ends a reply: in the middle of one there could be any number. */
    private void requireEnd(Chunk nothing) throws IOException {
        if (nothing.length() != 0 || !nothing.isLast()) {
            throw violation("a chunk with nothing that is no end");
        }
    }

    /** Where a piece of data lies in what was asked for; it must not meet another. */
    private int place(ByteBuffer position, long at, int count, int length, NavigableMap<Integer, Integer> filled)
            throws IOException {
        if (count < 1 || position.remaining() < Long.BYTES) {
            throw violation("a piece of data without bytes");
        }
        long from = position.getLong(0) - at;
        if (from < 0 || count > length || from > length - count) {
            throw violation("data that was not asked for");
        }
        Integer before = filled.floorKey((int) from);
        Integer behind = filled.ceilingKey((int) from);
        boolean meets = (before != null && before + filled.getOrDefault(before, 0) > from)
                || (behind != null && behind < from + count);
        if (meets) {
            throw violation("the same bytes twice");
        }
        filled.put((int) from, count);
        return (int) from;
    }

    /** Takes what the server says of stretches. */
    @FunctionalInterface
    interface StatusSink {
        void stretch(long length, int state);
    }

    /**
     * Asks which stretches take space or are zeros, as far as the server answers in one reply.
     *
     * @param at a multiple of {@link #minimumBytes}
     * @param length at least 1, inside the export
     */
    synchronized void status(long at, int length, StatusSink sink) throws IOException {
        request(NbdCommand.BLOCK_STATUS, at, length);
        String error = null;
        int errors = 0;
        boolean told = false;
        Chunk chunk = nextChunk();
        while (true) {
            if (chunk.isError()) {
                error = errorOf(chunk, errors++);
            } else if (chunk.type() == Protocol.CHUNK_BLOCK_STATUS) {
                if (told) {
                    throw violation("two answers about the same stretches");
                }
                takeStatus(chunk, sink);
                told = true;
            } else if (chunk.type() == Protocol.CHUNK_NONE) {
                requireEnd(chunk);
            } else {
                throw violation("a chunk of kind " + chunk.type());
            }
            if (chunk.isLast()) {
                break;
            }
            chunk = nextChunk();
        }
        if (error != null) {
            int blank = error.indexOf(' ');
            throw failed(Integer.parseInt(error.substring(0, blank)), error.substring(blank + 1));
        }
        if (!told) {
            throw violation("no answer about stretches");
        }
        broken = false;
    }

    private void takeStatus(Chunk chunk, StatusSink sink) throws IOException {
        int count = (chunk.length() - Integer.BYTES) / Stretches.WIRE_BYTES;
        if (chunk.length() > MAX_STATUS_BYTES || count < 1 || chunk.length() != 4 + count * Stretches.WIRE_BYTES) {
            throw violation("a list of stretches of " + chunk.length() + " bytes");
        }
        ByteBuffer data = wire.read(chunk.length());
        if (data.getInt() != agreed.allocationContext()) {
            throw violation("an answer about something else");
        }
        while (data.hasRemaining()) {
            long length = Integer.toUnsignedLong(data.getInt());
            if (length == 0) {
                throw violation("a stretch without bytes");
            }
            sink.stretch(length, data.getInt());
        }
    }

    /** Says goodbye and closes. */
    @Override
    public synchronized void close() throws IOException {
        try {
            if (!broken) {
                request(NbdCommand.DISCONNECT, 0, 0);
            }
        } finally {
            broken = true;
            wire.close();
        }
    }
}
