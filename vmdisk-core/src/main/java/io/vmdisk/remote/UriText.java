package io.vmdisk.remote;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Names as addresses have them: RFC 3986, and no letter more left as it is than S3 leaves. */
final class UriText {
    private UriText() {}

    /** A name with slashes, as the path of an address. */
    static String encoded(String name) {
        return encode(name, true);
    }

    /** A word of a query. */
    static String word(String text) {
        return encode(text, false);
    }

    private static String encode(String text, boolean slashes) {
        StringBuilder all = new StringBuilder();
        for (byte letter : text.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = (letter >= 'a' && letter <= 'z')
                    || (letter >= 'A' && letter <= 'Z')
                    || (letter >= '0' && letter <= '9')
                    || "-._~".indexOf(letter) >= 0
                    || (slashes && letter == '/');
            if (plain) {
                all.append((char) letter);
            } else {
                all.append(String.format(Locale.ROOT, "%%%02X", letter & 0xFF));
            }
        }
        return all.toString();
    }

    /**
     * The name that a part of an address means.
     *
     * @throws IllegalArgumentException if it means none
     */
    static String decoded(String part) {
        ByteBuffer bytes = ByteBuffer.allocate(3 * part.length());
        for (int i = 0; i < part.length(); i++) {
            char letter = part.charAt(i);
            if (letter != '%') {
                bytes.put(String.valueOf(letter).getBytes(StandardCharsets.UTF_8));
                continue;
            }
            String digits = part.substring(i + 1, Math.min(part.length(), i + 3));
            if (!digits.matches("[0-9A-Fa-f]{2}")) {
                throw new IllegalArgumentException("a % is followed by two digits");
            }
            bytes.put((byte) Integer.parseInt(digits, 16));
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("a name in it is not UTF-8", e);
        }
    }
}
