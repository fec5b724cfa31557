package io.vmdisk.nbd;

import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of the handshake: what a connection can do, and what the export is like. For one thread and one
 * connection.
 */
final class NbdHandshake {
    private static final int MAX_OPTION_REPLY_BYTES = 64 << 10;
    private static final int MAX_OPTION_REPLIES = 1024;
    private static final int MAX_MINIMUM_BYTES = 64 << 10;
    /** So that a position and a request are never more than a long holds. */
    private static final long MAX_EXPORT_BYTES = Long.MAX_VALUE - NbdClient.MOST_BYTES;

    private final Path name;
    private final String export;
    private Wire wire;
    private boolean structured;
    private int allocationContext = -1;
    private long size = -1;
    private int flags;
    private int minimumBytes = 1;

    /**
     * A handshake that has not begun.
     *
     * @param name what failures name
     */
    NbdHandshake(Path name, String export, Wire wire) {
        this.name = name;
        this.export = export;
        this.wire = wire;
    }

    /**
     * What both sides agreed on.
     *
     * @param wire the connection, encrypted if that was wanted
     * @param structured whether replies come in chunks
     * @param allocationContext the number under which the server tells what takes space; -1 if it does not
     * @param size bytes of the export
     * @param flags of the export
     * @param minimumBytes positions and lengths of requests are multiples of this
     */
    record Agreed(Wire wire, boolean structured, int allocationContext, long size, int flags, int minimumBytes) {}

    /** What to say of a server that does not keep to the protocol. */
    static MalformedFileException violation(Path name, String problem) {
        return new MalformedFileException("nbd", name, -1, "the server does not keep to the protocol: " + problem);
    }

    private MalformedFileException violation(String problem) {
        return violation(name, problem);
    }

    /**
     * Agrees on all that is needed; closes the connection if that fails.
     *
     * @param tls how to go on encrypted; null for in clear
     */
    Agreed agree(Negotiation.@Nullable TlsStart tls) throws IOException {
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
            return new Agreed(wire, structured, allocationContext, size, flags, minimumBytes);
        } catch (IOException | RuntimeException e) {
            try {
                wire.close();
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
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
}
