package io.vmdisk.dictionary;

import io.vmdisk.charset.VmwareCharsets;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The charset of a document and how it was found.
 *
 * <p>A declared name counts if the charset is known and contains ASCII, else the bytes are read as ISO-8859-1, which
 * loses none. Without a declaration text is UTF-8 if it can be, else windows-1252.
 *
 * @param charset what text is decoded and encoded with
 * @param declared whether the document names it
 * @param problem what is wrong with the choice, or null
 */
record DictionaryCharset(Charset charset, boolean declared, DictionaryProblem.@Nullable Kind problem) {
    private static final String ASCII_SAMPLE = "azAZ09 \t#=\"|.:_-";

    static DictionaryCharset declaredAs(String name) {
        return found(name)
                .filter(DictionaryCharset::keepsAscii)
                .map(charset -> new DictionaryCharset(charset, true, null))
                .orElseGet(() -> new DictionaryCharset(
                        StandardCharsets.ISO_8859_1, true, DictionaryProblem.Kind.UNKNOWN_CHARSET));
    }

    /** Java's Big5 has kana, which the code page of Windows lacks and values made here may hold. */
    private static Optional<Charset> found(String name) {
        return name.equalsIgnoreCase("Big5") ? Optional.of(Charset.forName("Big5")) : VmwareCharsets.find(name);
    }

    private static boolean keepsAscii(Charset charset) {
        return charset.canEncode()
                && ASCII_SAMPLE.equals(new String(ASCII_SAMPLE.getBytes(StandardCharsets.US_ASCII), charset))
                && ASCII_SAMPLE.getBytes(charset).length == ASCII_SAMPLE.length();
    }

    static DictionaryCharset undeclared(boolean validUtf8) {
        return validUtf8
                ? new DictionaryCharset(StandardCharsets.UTF_8, false, null)
                : new DictionaryCharset(
                        Charset.forName("windows-1252"), false, DictionaryProblem.Kind.UNDECLARED_CHARSET);
    }

    static boolean isText(byte[] bytes, int start, int end, Charset charset) {
        if (isAscii(bytes, start, end)) {
            return true;
        }
        try {
            charset.newDecoder().decode(ByteBuffer.wrap(bytes, start, end - start));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    static boolean isAscii(byte[] bytes, int start, int end) {
        for (int at = start; at < end; at++) {
            if (bytes[at] < 0) {
                return false;
            }
        }
        return true;
    }

    String decode(byte[] bytes, int start, int end) {
        return new String(bytes, start, end - start, charset);
    }

    /** The bytes of {@code text}, or null if the charset lacks one of its characters. */
    byte @Nullable [] encode(String text) {
        try {
            ByteBuffer encoded = charset.newEncoder().encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
