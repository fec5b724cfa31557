package io.vmdisk.nbd;

import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

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

    private static final int MAX_OPTION_REPLY_BYTES = 64 << 10;
    private static final int MAX_OPTION_REPLIES = 1024;
    private static final int MAX_STATUS_BYTES = 1 << 20;
    private static final int MAX_TEXT_BYTES = 8 << 10;
    /** In one reply. */
    private static final int MAX_ERRORS = 1024;

    private static final int MAX_MINIMUM_BYTES = 64 << 10;
    /** So that a position and a request are never more than a long holds. */
    private static final long MAX_EXPORT_BYTES = Long.MAX_VALUE - MOST_BYTES;

    private final Path name;
    private final String export;
    private Wire wire;
    private boolean structured;
    private int allocationContext = -1;
    private long size = -1;
    private int flags;
    private int minimumBytes = 1;
    private long cookie;
    private boolean broken;

    private NbdClient(Path name, String export, Wire wire) {
        this.name = name;
        this.export = export;
        this.wire = wire;
    }

    /**
     * Connects and agrees on all that is needed.
     *
     * @param name what failures name
     */
    static NbdClient connect(NbdAddress address, Path name) throws IOException {
        NbdAddress.Place place = address.place();
        NbdClient client;
        if (place instanceof NbdAddress.Place.Secure secure) {
            Socket socket = NbdConnector.socket(secure.host(), secure.port());
            client = new NbdClient(name, address.export(), NbdConnector.wire(socket, socket));
            client.open(() -> NbdConnector.encrypt(socket, secure));
        } else {
            client = over(NbdConnector.connect(place), address.export(), name);
        }
        return client;
    }

    /** Agrees over a connection that is there, in clear. */
    static NbdClient over(Wire wire, String export, Path name) throws IOException {
        NbdClient client = new NbdClient(name, export, wire);
        client.open(null);
        return client;
    }

    private void open(Negotiation.@Nullable TlsStart tls) throws IOException {
        try {
            greet();
            if (tls != null) {
                option(NbdOption.STARTTLS, new byte[0]);
                if (finalReply(NbdOption.STARTTLS) != Protocol.REPLY_ACK) {
                    throw new UnsafeStateException(
                            "nbd-tls", name, "the server does not encrypt", "use nbd:// if that will do");
                }
                if (wire.hasAhead()) {
                    throw violation("bytes in clear where encryption begins");
                }
                wire = tls.encrypt();
            }
            option(NbdOption.STRUCTURED_REPLY, new byte[0]);
            structured = finalReply(NbdOption.STRUCTURED_REPLY) == Protocol.REPLY_ACK;
            if (structured) {
                askForAllocation();
            }
            enter();
        } catch (IOException | RuntimeException e) {
            try {
                wire.close();
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    private MalformedFileException violation(String problem) {
        broken = true;
        return new MalformedFileException("nbd", name, -1, "the server does not keep to the protocol: " + problem);
    }

    private void greet() throws IOException {
        if (wire.read(8).getLong() != Protocol.NBDMAGIC) {
            throw violation("its first word is not that of an NBD server");
        }
        if (wire.read(8).getLong() != Protocol.IHAVEOPT) {
            throw new UnsupportedFeatureException(
                    "nbd-oldstyle", name, "the server talks the old way, without options", "use a newer server");
        }
        int offered = Short.toUnsignedInt(wire.read(2).getShort());
        if ((offered & Protocol.FIXED_NEWSTYLE) == 0) {
            throw new UnsupportedFeatureException(
                    "nbd-oldstyle", name, "the server does not answer options", "use a newer server");
        }
        int agreed = Protocol.FIXED_NEWSTYLE | (offered & Protocol.NO_ZEROES);
        wire.send(ByteBuffer.allocate(4).putInt(agreed).flip());
    }

    private void option(NbdOption option, byte[] data) throws IOException {
        wire.send(ByteBuffer.allocate(Protocol.OPTION_HEADER_BYTES + data.length)
                .putLong(Protocol.IHAVEOPT)
                .putInt(option.code())
                .putInt(data.length)
                .put(data)
                .flip());
    }

    /** An answer to an option. */
    private record OptionReply(int type, ByteBuffer data) {
        boolean isError() {
            return type < 0;
        }

        String text() {
            return StandardCharsets.UTF_8.decode(data.duplicate()).toString();
        }
    }

    private OptionReply optionReply(NbdOption option) throws IOException {
        ByteBuffer header = wire.read(Protocol.OPTION_REPLY_HEADER_BYTES);
        if (header.getLong() != Protocol.OPTION_REPLY_MAGIC || header.getInt() != option.code()) {
            throw violation("an answer to a question that was not asked");
        }
        int type = header.getInt();
        int length = header.getInt();
        if (length < 0 || length > MAX_OPTION_REPLY_BYTES) {
            throw violation("an answer of " + Integer.toUnsignedString(length) + " bytes");
        }
        return new OptionReply(type, wire.read(length));
    }

    /** The type of the one reply to a simple option. */
    private int finalReply(NbdOption option) throws IOException {
        return optionReply(option).type();
    }

    private byte[] exportName() {
        return export.getBytes(StandardCharsets.UTF_8);
    }

    private void askForAllocation() throws IOException {
        byte[] called = exportName();
        byte[] query = MetaContext.ALLOCATION.id().getBytes(StandardCharsets.UTF_8);
        option(
                NbdOption.SET_META_CONTEXT,
                ByteBuffer.allocate(12 + called.length + query.length)
                        .putInt(called.length)
                        .put(called)
                        .putInt(1)
                        .putInt(query.length)
                        .put(query)
                        .array());
        for (int i = 0; i < MAX_OPTION_REPLIES; i++) {
            OptionReply reply = optionReply(NbdOption.SET_META_CONTEXT);
            if (reply.type() != Protocol.REPLY_META_CONTEXT) {
                return;
            }
            if (reply.data().remaining() < Integer.BYTES) {
                throw violation("a context without a number");
            }
            int number = reply.data().getInt();
            if (reply.text().equals(MetaContext.ALLOCATION.id())) {
                allocationContext = number;
            }
        }
        throw violation("too many contexts");
    }

    private void enter() throws IOException {
        byte[] called = exportName();
        option(
                NbdOption.GO,
                ByteBuffer.allocate(8 + called.length)
                        .putInt(called.length)
                        .put(called)
                        .putShort((short) 1)
                        .putShort((short) Protocol.INFO_BLOCK_SIZE)
                        .array());
        for (int i = 0; i < MAX_OPTION_REPLIES; i++) {
            OptionReply reply = optionReply(NbdOption.GO);
            if (reply.isError()) {
                throw refused(reply);
            }
            if (reply.type() == Protocol.REPLY_ACK) {
                if (size < 0) {
                    throw violation("an export without a size");
                }
                return;
            }
            if (reply.type() == Protocol.REPLY_INFO && reply.data().remaining() >= Short.BYTES) {
                takeInfo(reply.data());
            }
        }
        throw violation("too many infos");
    }

    private IOException refused(OptionReply reply) {
        String why = reply.data().hasRemaining() ? ": " + reply.text() : "";
        if (reply.type() == OptionError.UNKNOWN_EXPORT.code()) {
            return new UnsupportedFeatureException(
                    "nbd-export",
                    name,
                    "the server has no export '" + export + "'" + why,
                    "'nbdinfo --list' shows those it has");
        }
        if (reply.type() == OptionError.TLS_REQUIRED.code()) {
            return new UnsafeStateException(
                    "nbd-tls", name, "the server talks over TLS only" + why, "use nbds:// in place of nbd://");
        }
        return new UnsupportedFeatureException("nbd-export", name, "the server does not serve it" + why);
    }

    private void takeInfo(ByteBuffer data) throws IOException {
        int kind = Short.toUnsignedInt(data.getShort());
        if (kind == Protocol.INFO_EXPORT) {
            if (data.remaining() != Long.BYTES + Short.BYTES) {
                throw violation("the size of the export is missing");
            }
            size = data.getLong();
            flags = Short.toUnsignedInt(data.getShort());
            if (size < 0 || size > MAX_EXPORT_BYTES) {
                throw violation("an export of " + Long.toUnsignedString(size) + " bytes");
            }
        } else if (kind == Protocol.INFO_BLOCK_SIZE && data.remaining() == 3 * Integer.BYTES) {
            minimumBytes = data.getInt();
            if (minimumBytes < 1 || minimumBytes > MAX_MINIMUM_BYTES || Integer.bitCount(minimumBytes) != 1) {
                throw violation("blocks of at least " + Integer.toUnsignedString(minimumBytes) + " bytes");
            }
        }
    }

    /** Bytes of the export. */
    long size() {
        return size;
    }

    /** Whether others may connect too, and see the same. */
    boolean canHaveTwins() {
        return (flags & Protocol.CAN_MULTI_CONN) != 0;
    }

    boolean knowsAllocation() {
        return allocationContext >= 0;
    }

    /** Positions and lengths of requests are multiples of this. */
    int minimumBytes() {
        return minimumBytes;
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
        if (first == Protocol.SIMPLE_REPLY_MAGIC && !structured) {
            ByteBuffer rest = wire.read(Protocol.SIMPLE_REPLY_BYTES - Integer.BYTES);
            int errno = rest.getInt();
            requireCookie(rest.getLong());
            if (errno != 0) {
                throw failed(errno, "");
            }
            wire.read(into);
        } else if (first == Protocol.CHUNK_MAGIC && structured) {
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
        if (data.getInt() != allocationContext) {
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
