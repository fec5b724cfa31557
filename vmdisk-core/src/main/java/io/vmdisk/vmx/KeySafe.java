package io.vmdisk.vmx;

import com.google.common.base.Ascii;
import com.google.common.base.Splitter;
import com.google.common.io.BaseEncoding;
import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parsed value of {@code encryption.keySafe}: which keys unlock the data key, and how.
 *
 * <p>{@code vmware:key/} and a locator: {@code list/(m,m,...)}, {@code pair/(locator,MAC,BLOB)}, {@code phrase/ID/DICT}, or
 * one of the forms that no password opens. Components are percent-encoded; the values inside DICT twice.
 *
 * @param pairs the members that a password may open
 * @param otherLocators the kinds of the others: {@code fqid}, {@code rawkey}, ...
 */
record KeySafe(List<PhrasePair> pairs, List<String> otherLocators) {
    private static final String PREFIX = "vmware:key/";
    private static final int MAX_DEPTH = 16;
    private static final int MAX_MEMBERS = 64;

    /**
     * A data key sealed with a password.
     *
     * @param derivation how the password becomes a key
     * @param cipher the sealing cipher
     * @param rounds of the derivation
     * @param salt of the derivation
     * @param mac the tag's algorithm, for the data too
     * @param sealedKey the sealed data key
     */
    record PhrasePair(String derivation, String cipher, long rounds, byte[] salt, String mac, byte[] sealedKey) {}

    static KeySafe parse(String text, @Nullable Path file) throws MalformedFileException, LimitExceededException {
        if (!Ascii.toLowerCase(text).startsWith(PREFIX)) {
            throw malformed(file, "it does not begin with " + PREFIX);
        }
        Parser parser = new Parser(file);
        parser.locator(text.substring(PREFIX.length()), 0);
        return new KeySafe(List.copyOf(parser.pairs), List.copyOf(parser.others));
    }

    private static MalformedFileException malformed(@Nullable Path file, String problem) {
        return new MalformedFileException("vmx-key-safe", file, -1, "encryption.keySafe: " + problem);
    }

    private static final class Parser {
        private final @Nullable Path file;
        private final List<PhrasePair> pairs = new ArrayList<>();
        private final List<String> others = new ArrayList<>();
        private int members;

        Parser(@Nullable Path file) {
            this.file = file;
        }

        void locator(String text, int depth) throws MalformedFileException, LimitExceededException {
            members++;
            if (depth > MAX_DEPTH || members > MAX_MEMBERS) {
                throw new LimitExceededException(
                        "vmx-key-safe",
                        file,
                        "encryption.keySafe has more than " + MAX_DEPTH + " levels or " + MAX_MEMBERS + " members");
            }
            int slash = text.indexOf('/');
            String kind = slash < 0 ? text : text.substring(0, slash);
            String rest = slash < 0 ? "" : text.substring(slash + 1);
            switch (kind) {
                case "list" -> {
                    for (String member : group(rest)) {
                        locator(member, depth + 1);
                    }
                }
                case "pair" -> pair(group(rest), depth);
                default -> others.add(kind.length() > 20 ? kind.substring(0, 20) : kind);
            }
        }

        private void pair(List<String> parts, int depth) throws MalformedFileException, LimitExceededException {
            if (parts.size() != 3) {
                throw malformed(file, "a pair has " + parts.size() + " parts, expected 3");
            }
            List<String> phrase = Splitter.on('/').splitToList(parts.get(0));
            if (!phrase.get(0).equals("phrase")) {
                locator(parts.get(0), depth + 1);
                return;
            }
            if (phrase.size() != 3) {
                throw malformed(file, "a phrase has " + phrase.size() + " parts, expected 3");
            }
            Map<String, String> words = fields(unescape(phrase.get(2)));
            pairs.add(new PhrasePair(
                    required(words, "pass2key"),
                    required(words, "cipher"),
                    rounds(required(words, "rounds")),
                    base64(required(words, "salt")),
                    unescape(parts.get(1)),
                    base64(unescape(parts.get(2)))));
        }

        private String required(Map<String, String> words, String name) throws MalformedFileException {
            String value = words.get(name);
            if (value == null) {
                throw malformed(file, "a phrase lacks " + name);
            }
            return value;
        }

        private long rounds(String text) throws MalformedFileException {
            if (!text.matches("[0-9]{1,10}")) {
                throw malformed(
                        file,
                        "rounds is '" + (text.length() > 20 ? text.substring(0, 20) : text)
                                + "', expected a number of at most 10 digits");
            }
            return Long.parseLong(text);
        }

        /** The members of {@code (a,b,c)}, split at commas outside inner parentheses. */
        private List<String> group(String text) throws MalformedFileException {
            if (!text.startsWith("(") || !text.endsWith(")")) {
                throw malformed(file, "a list or pair is not in parentheses");
            }
            List<String> parts = new ArrayList<>();
            int depth = 0;
            int start = 1;
            for (int i = 1; i < text.length() - 1; i++) {
                char c = text.charAt(i);
                if (c == '(') {
                    depth++;
                } else if (c == ')') {
                    depth--;
                } else if (c == ',' && depth == 0) {
                    parts.add(text.substring(start, i));
                    start = i + 1;
                }
                if (depth < 0) {
                    throw malformed(file, "the parentheses do not match");
                }
            }
            if (depth != 0) {
                throw malformed(file, "the parentheses do not match");
            }
            parts.add(text.substring(start, text.length() - 1));
            return parts;
        }

        private Map<String, String> fields(String text) throws MalformedFileException {
            return KeySafe.fields(text, file);
        }

        private String unescape(String text) throws MalformedFileException {
            return KeySafe.unescape(text, file);
        }

        private byte[] base64(String text) throws MalformedFileException {
            return KeySafe.base64(text, file);
        }
    }

    /** {@code a=x:b=y}, each value percent-encoded. */
    static Map<String, String> fields(String text, @Nullable Path file) throws MalformedFileException {
        Map<String, String> fields = new HashMap<>();
        for (String part : Splitter.on(':').split(text)) {
            int equals = part.indexOf('=');
            if (equals < 0) {
                throw malformed(file, "a field has no '='");
            }
            fields.put(part.substring(0, equals), unescape(part.substring(equals + 1), file));
        }
        return fields;
    }

    /** Percent-decoding in which a plus sign is a plus sign. */
    static String unescape(String text, @Nullable Path file) throws MalformedFileException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c != '%') {
                out.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
                at++;
                continue;
            }
            boolean complete = at + 2 < text.length();
            int high = complete ? Character.digit(text.charAt(at + 1), 16) : -1;
            int low = complete ? Character.digit(text.charAt(at + 2), 16) : -1;
            if (high < 0 || low < 0) {
                throw malformed(file, "a percent sign is not followed by two hex digits");
            }
            out.write(high << 4 | low);
            at += 3;
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    static byte[] base64(String text, @Nullable Path file) throws MalformedFileException {
        if (!BaseEncoding.base64().canDecode(text)) {
            throw malformed(file, "a part is not base64");
        }
        return BaseEncoding.base64().decode(text);
    }
}
