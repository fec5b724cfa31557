package io.vmdisk.descriptor;

import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.charset.VmwareCharsets;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The encoding of a descriptor's values.
 *
 * @param charset what decodes them
 * @param declared the name in the file, if it has one
 * @param origin how {@code charset} was found
 */
record DescriptorCharset(Charset charset, Optional<String> declared, Origin origin) {
    /** How a charset was found. */
    enum Origin {
        /** The file names it. */
        DECLARED,
        /** The file names none; all its bytes are UTF-8. */
        VALID_UTF_8,
        /** The file names none and is not UTF-8. */
        NOT_UTF_8,
        /** The file names one that is not known here. */
        UNKNOWN
    }

    private static final char REPLACEMENT = '\uFFFD';

    /** Finds the encoding that {@code text} names, or guesses it. */
    static DescriptorCharset of(DescriptorText text) {
        int header = text.indexOf("encoding");
        int index = header >= 0 ? header : text.indexOf("ddb.encoding");
        if (index >= 0 && text.lines().get(index) instanceof DescriptorLine.Entry entry) {
            String name = LineParser.strip(entry.rawValue());
            return find(name)
                    .map(found -> new DescriptorCharset(found, Optional.of(name), Origin.DECLARED))
                    .orElseGet(() ->
                            new DescriptorCharset(StandardCharsets.ISO_8859_1, Optional.of(name), Origin.UNKNOWN));
        }
        if (text.hasBom() || decodes(text.toBytes(), StandardCharsets.UTF_8)) {
            return new DescriptorCharset(StandardCharsets.UTF_8, Optional.empty(), Origin.VALID_UTF_8);
        }
        return new DescriptorCharset(supported("windows-1252"), Optional.empty(), Origin.NOT_UTF_8);
    }

    /** The charset of that name, if values in it can be found by looking for ASCII marks. */
    static Optional<Charset> find(String name) {
        return VmwareCharsets.find(name).filter(DescriptorCharset::keepsAscii);
    }

    /** The name by which VMware's products know a charset. */
    static String name(Charset charset) {
        return VmwareCharsets.nameOf(charset);
    }

    /** The words of a raw value; bytes that the encoding does not have become U+FFFD. */
    String decode(String raw) {
        return new String(raw.getBytes(StandardCharsets.ISO_8859_1), charset);
    }

    /** Whether all bytes of a raw value exist in the encoding. */
    boolean covers(String raw) {
        return decodes(raw.getBytes(StandardCharsets.ISO_8859_1), charset);
    }

    /** The raw form of a value, refused if a descriptor can't hold it. */
    String encode(String value, String what, Path source) throws UnsupportedFeatureException {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c < ' ' || c == 0x7F || c == REPLACEMENT) {
                throw refused(source, what, value, "a descriptor has no way to write the character U+" + codePoint(c));
            }
        }
        try {
            ByteBuffer bytes = charset.newEncoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .encode(CharBuffer.wrap(value));
            return StandardCharsets.ISO_8859_1.decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw refused(source, what, value, "the descriptor's encoding " + charset + " has not all its letters");
        }
    }

    private static UnsupportedFeatureException refused(Path source, String what, String value, String why) {
        String shown = value.length() > 100 ? value.substring(0, 100) + "…" : value;
        String printable = shown.codePoints()
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return new UnsupportedFeatureException(
                "descriptor-value", source, what + " can't be '" + printable + "': " + why, "choose another name");
    }

    private static String codePoint(char c) {
        return String.format(Locale.ROOT, "%04X", (int) c);
    }

    private static boolean decodes(byte[] bytes, Charset charset) {
        try {
            charset.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /** False for UTF-16, EBCDIC, and for codes that switch sets by escapes, in which a byte means many things. */
    private static boolean keepsAscii(Charset charset) {
        if (!charset.canEncode() || charset.name().contains("2022")) {
            return false;
        }
        byte[] ascii = new byte[0x7F - 0x20];
        IntStream.range(0, ascii.length).forEach(i -> ascii[i] = (byte) (0x20 + i));
        String expected = new String(ascii, StandardCharsets.US_ASCII);
        return new String(ascii, charset).equals(expected) && Arrays.equals(expected.getBytes(charset), ascii);
    }

    private static Charset supported(String name) {
        return Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.ISO_8859_1;
    }
}
