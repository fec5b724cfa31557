package io.vmdisk.nbd;

import io.vmdisk.nbd.OptionData.MalformedOptionException;
import io.vmdisk.nbd.Session.ReplyForm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The handshake: options of the client, one after the other, until it has chosen an export or leaves.
 *
 * <p>The client may be hostile: what it sends is limited in size and number, and nothing it says before encryption
 * counts after it. The time it may take is the server's to watch.
 */
final class Negotiation {
    private static final int MAX_OPTION_BYTES = 64 << 10;
    private static final int MAX_OPTIONS = 256;
    private static final int EXPORT_NAME_PADDING = 124;
    /** Any position and length will do; this much at a time is best. */
    private static final int PREFERRED_BYTES = 64 << 10;

    private final NbdExports exports;
    private final @Nullable TlsStart tls;
    private Wire wire;
    private boolean encrypted;
    private boolean noZeroes;
    private ReplyForm form = ReplyForm.SIMPLE;
    private String contextsExport = "";
    private List<MetaContext> contexts = List.of();

    /** Makes an encrypted connection of a plain one. */
    @FunctionalInterface
    interface TlsStart {
        Wire encrypt() throws IOException;
    }

    /** What follows an option that was answered. */
    private enum Next {
        GO_ON,
        LEAVE
    }

    /**
     * A handshake that is to begin.
     *
     * @param tls how to encrypt, which the client then must ask for; null if it can't be asked
     */
    Negotiation(Wire wire, NbdExports exports, @Nullable TlsStart tls) {
        this.wire = wire;
        this.exports = exports;
        this.tls = tls;
    }

    /** The connection as it is now. */
    Wire wire() {
        return wire;
    }

    /** What was agreed; empty if the client left, or was sent away. */
    Optional<Session> run() throws IOException {
        wire.send(ByteBuffer.allocate(18)
                .putLong(Protocol.NBDMAGIC)
                .putLong(Protocol.IHAVEOPT)
                .putShort((short) (Protocol.FIXED_NEWSTYLE | Protocol.NO_ZEROES))
                .flip());
        ByteBuffer hello = ByteBuffer.allocate(Integer.BYTES);
        if (!wire.readOrEnd(hello)) {
            return Optional.empty();
        }
        int flags = hello.getInt(0);
        noZeroes = (flags & Protocol.NO_ZEROES) != 0;
        boolean known = (flags & ~(Protocol.FIXED_NEWSTYLE | Protocol.NO_ZEROES)) == 0;
        if (!known || (flags & Protocol.FIXED_NEWSTYLE) == 0) {
            return Optional.empty();
        }
        for (int count = 0; count < MAX_OPTIONS; count++) {
            ByteBuffer header = ByteBuffer.allocate(Protocol.OPTION_HEADER_BYTES);
            if (!wire.readOrEnd(header) || header.flip().getLong() != Protocol.IHAVEOPT) {
                return Optional.empty();
            }
            int code = header.getInt();
            long length = Integer.toUnsignedLong(header.getInt());
            if (length > MAX_OPTION_BYTES) {
                refuse(code, OptionError.TOO_BIG, "an option of " + length + " bytes");
                return Optional.empty();
            }
            byte[] data = wire.read((int) length).array();
            NbdOption option = NbdOption.of(code).orElse(null);
            if (option == NbdOption.GO || option == NbdOption.EXPORT_NAME) {
                Optional<Session> chosen = choose(option, data);
                if (chosen.isPresent() || option == NbdOption.EXPORT_NAME) {
                    return chosen;
                }
            } else if (answer(option, code, data) == Next.LEAVE) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private boolean mustEncrypt() {
        return tls != null && !encrypted;
    }

    private Next answer(@Nullable NbdOption option, int code, byte[] data) throws IOException {
        if (option == NbdOption.ABORT) {
            reply(code, Protocol.REPLY_ACK, new byte[0]);
            return Next.LEAVE;
        }
        if (mustEncrypt() && option != NbdOption.STARTTLS) {
            refuse(code, OptionError.TLS_REQUIRED, "this server talks to nobody without TLS");
            return Next.GO_ON;
        }
        if (option == null) {
            refuse(code, OptionError.UNSUPPORTED, "unknown option");
            return Next.GO_ON;
        }
        try {
            return answer(option, new OptionData(data));
        } catch (MalformedOptionException e) {
            refuse(code, OptionError.INVALID, String.valueOf(e.getMessage()));
            return Next.GO_ON;
        }
    }

    private Next answer(NbdOption option, OptionData data) throws IOException, MalformedOptionException {
        switch (option) {
            case STARTTLS -> {
                data.nothing();
                return startTls();
            }
            case STRUCTURED_REPLY -> {
                data.nothing();
                form = ReplyForm.STRUCTURED;
                acknowledge(option);
            }
            case LIST -> {
                data.nothing();
                list();
            }
            case INFO -> {
                OptionData.InfoRequest asked = data.info();
                try (OpenExport export = open(option, asked.export())) {
                    if (export != null) {
                        tell(option, export, asked.infos());
                        acknowledge(option);
                    }
                }
            }
            case LIST_META_CONTEXT, SET_META_CONTEXT -> contexts(option, data.contexts());
            default -> throw new IllegalStateException("answered elsewhere: " + option);
        }
        return Next.GO_ON;
    }

    /** Bytes that came in clear behind the question would be read as if they were protected. */
    private Next startTls() throws IOException {
        if (tls == null || encrypted) {
            refuse(
                    NbdOption.STARTTLS.code(),
                    encrypted ? OptionError.INVALID : OptionError.POLICY,
                    encrypted ? "it is encrypted already" : "this server has no certificate");
            return Next.GO_ON;
        }
        if (wire.hasAhead()) {
            return Next.LEAVE;
        }
        acknowledge(NbdOption.STARTTLS);
        wire = tls.encrypt();
        encrypted = true;
        form = ReplyForm.SIMPLE;
        contexts = List.of();
        return Next.GO_ON;
    }

    private void list() throws IOException {
        for (NbdExport export : exports.list()) {
            byte[] name = export.name().getBytes(StandardCharsets.UTF_8);
            byte[] description = export.description().getBytes(StandardCharsets.UTF_8);
            ByteBuffer entry = ByteBuffer.allocate(Integer.BYTES + name.length + description.length);
            reply(
                    NbdOption.LIST.code(),
                    Protocol.REPLY_SERVER,
                    entry.putInt(name.length).put(name).put(description).array());
        }
        acknowledge(NbdOption.LIST);
    }

    private void contexts(NbdOption option, OptionData.ContextRequest asked) throws IOException {
        if (form != ReplyForm.STRUCTURED) {
            refuse(option.code(), OptionError.INVALID, "structured replies come first");
            return;
        }
        boolean set = option == NbdOption.SET_META_CONTEXT;
        if (set) {
            contexts = List.of();
        }
        try (OpenExport export = open(option, asked.export())) {
            if (export == null) {
                return;
            }
            List<MetaContext> found = set ? MetaContext.named(asked.queries()) : MetaContext.asked(asked.queries());
            for (MetaContext context : found) {
                byte[] id = context.id().getBytes(StandardCharsets.UTF_8);
                reply(
                        option.code(),
                        Protocol.REPLY_META_CONTEXT,
                        ByteBuffer.allocate(Integer.BYTES + id.length)
                                .putInt(set ? context.number() : 0)
                                .put(id)
                                .array());
            }
            if (set) {
                contexts = found;
                contextsExport = export.name();
            }
            acknowledge(option);
        }
    }

    /** Opens an export, or says why not and returns null. */
    private @Nullable OpenExport open(NbdOption option, String name) throws IOException {
        OpenExport export;
        try {
            export = exports.open(name);
        } catch (IOException e) {
            refuse(option.code(), OptionError.UNKNOWN_EXPORT, "the export can't be opened: " + e.getMessage());
            return null;
        }
        if (export == null) {
            refuse(option.code(), OptionError.UNKNOWN_EXPORT, "there is no export of that name");
        }
        return export;
    }

    /** Enters the transmission; a name that is not known ends EXPORT_NAME, which has no way to say so, and not GO. */
    private Optional<Session> choose(NbdOption option, byte[] data) throws IOException {
        boolean old = option == NbdOption.EXPORT_NAME;
        if (mustEncrypt()) {
            if (!old) {
                refuse(option.code(), OptionError.TLS_REQUIRED, "this server talks to nobody without TLS");
            }
            return Optional.empty();
        }
        OptionData.InfoRequest asked;
        try {
            OptionData read = new OptionData(data);
            asked = old ? new OptionData.InfoRequest(read.wholeName(), List.of()) : read.info();
        } catch (MalformedOptionException e) {
            if (!old) {
                refuse(option.code(), OptionError.INVALID, String.valueOf(e.getMessage()));
            }
            return Optional.empty();
        }
        OpenExport export = old ? exports.open(asked.export()) : open(option, asked.export());
        if (export == null) {
            return Optional.empty();
        }
        try {
            if (old) {
                ByteBuffer answer = ByteBuffer.allocate(10 + (noZeroes ? 0 : EXPORT_NAME_PADDING));
                answer.putLong(export.size()).putShort((short) flags(export));
                wire.send(answer.position(answer.limit()).flip());
            } else {
                tell(option, export, asked.infos());
                acknowledge(option);
            }
        } catch (IOException | RuntimeException e) {
            export.close();
            throw e;
        }
        boolean chosenFor = export.name().equals(contextsExport);
        return Optional.of(new Session(wire, export, form, chosenFor ? contexts : List.of()));
    }

    private int flags(OpenExport export) {
        return export.transmissionFlags() | (form == ReplyForm.STRUCTURED ? Protocol.SEND_DF : 0);
    }

    private void tell(NbdOption option, OpenExport export, List<Integer> infos) throws IOException {
        info(
                option,
                ByteBuffer.allocate(12)
                        .putShort((short) Protocol.INFO_EXPORT)
                        .putLong(export.size())
                        .putShort((short) flags(export)));
        info(
                option,
                ByteBuffer.allocate(14)
                        .putShort((short) Protocol.INFO_BLOCK_SIZE)
                        .putInt(1)
                        .putInt(PREFERRED_BYTES)
                        .putInt(Protocol.MAX_REQUEST_BYTES));
        if (infos.contains(Protocol.INFO_NAME)) {
            info(option, text(Protocol.INFO_NAME, export.name()));
        }
        if (infos.contains(Protocol.INFO_DESCRIPTION)) {
            info(option, text(Protocol.INFO_DESCRIPTION, export.description()));
        }
    }

    private static ByteBuffer text(int info, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Short.BYTES + bytes.length)
                .putShort((short) info)
                .put(bytes);
    }

    /** Sends what was put into a buffer. */
    private void info(NbdOption option, ByteBuffer data) throws IOException {
        byte[] bytes = new byte[data.position()];
        data.get(0, bytes);
        reply(option.code(), Protocol.REPLY_INFO, bytes);
    }

    private void acknowledge(NbdOption option) throws IOException {
        reply(option.code(), Protocol.REPLY_ACK, new byte[0]);
    }

    private void refuse(int option, OptionError error, String why) throws IOException {
        byte[] text = why.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(text.length, Protocol.MAX_STRING_BYTES);
        reply(option, error.code(), java.util.Arrays.copyOf(text, length));
    }

    private void reply(int option, int type, byte[] data) throws IOException {
        wire.send(ByteBuffer.allocate(Protocol.OPTION_REPLY_HEADER_BYTES + data.length)
                .putLong(Protocol.OPTION_REPLY_MAGIC)
                .putInt(option)
                .putInt(type)
                .putInt(data.length)
                .put(data)
                .flip());
    }
}
