package io.vmdisk.dictionary;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
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
        try {
            Charset charset = Charset.forName(javaName(name));
            if (charset.canEncode()
                    && ASCII_SAMPLE.equals(new String(ASCII_SAMPLE.getBytes(StandardCharsets.US_ASCII), charset))
                    && ASCII_SAMPLE.getBytes(charset).length == ASCII_SAMPLE.length()) {
                return new DictionaryCharset(charset, true, null);
            }
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            // Falls through: the name is somebody else's.
        }
        return new DictionaryCharset(StandardCharsets.ISO_8859_1, true, DictionaryProblem.Kind.UNKNOWN_CHARSET);
    }

    /** Names that VMware's ICU table knows and Java spells differently. */
    private static String javaName(String name) {
        return switch (name.toLowerCase(java.util.Locale.ROOT)) {
            case "windows-936" -> "x-mswin-936";
            case "windows-932" -> "windows-31j";
            case "windows-949" -> "x-windows-949";
            case "windows-950" -> "x-windows-950";
            default -> name;
        };
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
