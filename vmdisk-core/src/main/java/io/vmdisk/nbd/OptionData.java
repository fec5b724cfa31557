package io.vmdisk.nbd;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What stands in an option: bytes of a client that may be hostile.
 *
 * <p>Every length is checked against what is there; nothing is allocated that the client did not send.
 */
final class OptionData {
    private final ByteBuffer bytes;

    OptionData(byte[] data) {
        this.bytes = ByteBuffer.wrap(data);
    }

    /** The option makes no sense. */
    static final class MalformedOptionException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedOptionException(String problem) {
            super(problem);
        }
    }

    /**
     * What GO and INFO say.
     *
     * @param export the name
     * @param infos what the client would like to know
     */
    record InfoRequest(String export, List<Integer> infos) {}

    /**
     * What the options about contexts say.
     *
     * @param export the name
     * @param queries names of contexts or of their namespaces
     */
    record ContextRequest(String export, List<String> queries) {}

    /** The data of an option that has none. */
    void nothing() throws MalformedOptionException {
        if (bytes.hasRemaining()) {
            throw new MalformedOptionException(bytes.remaining() + " bytes where there are none");
        }
    }

    /** The data of EXPORT_NAME. */
    String wholeName() throws MalformedOptionException {
        return text(bytes.remaining());
    }

    InfoRequest info() throws MalformedOptionException {
        String export = text(length("a name"));
        if (bytes.remaining() < Short.BYTES) {
            throw new MalformedOptionException("the number of infos is missing");
        }
        int count = Short.toUnsignedInt(bytes.getShort());
        if (bytes.remaining() != count * Short.BYTES) {
            throw new MalformedOptionException(count + " infos in " + bytes.remaining() + " bytes");
        }
        List<Integer> infos = new ArrayList<>();
        while (bytes.hasRemaining()) {
            infos.add(Short.toUnsignedInt(bytes.getShort()));
        }
        return new InfoRequest(export, infos);
    }

    ContextRequest contexts() throws MalformedOptionException {
        String export = text(length("a name"));
        long count = Integer.toUnsignedLong(length("the number of queries"));
        List<String> queries = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            queries.add(text(length("a query")));
        }
        nothing();
        return new ContextRequest(export, queries);
    }

    /** An unsigned number, as it stands. */
    private int length(String what) throws MalformedOptionException {
        if (bytes.remaining() < Integer.BYTES) {
            throw new MalformedOptionException(what + " is missing");
        }
        return bytes.getInt();
    }

    private String text(int length) throws MalformedOptionException {
        if (length < 0 || length > Protocol.MAX_STRING_BYTES || length > bytes.remaining()) {
            throw new MalformedOptionException("a string of " + Integer.toUnsignedString(length) + " bytes");
        }
        ByteBuffer part = bytes.slice(bytes.position(), length);
        bytes.position(bytes.position() + length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(part).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedOptionException("a string that is not UTF-8");
        }
    }
}
