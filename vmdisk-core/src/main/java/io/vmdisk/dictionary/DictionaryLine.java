package io.vmdisk.dictionary;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One physical line without its end: which bytes it is and where its name and value lie in them.
 *
 * <p>Immutable; lines of one file share its array, so a document costs no copy of the text. Knows bytes only: charsets
 * are the document's business.
 *
 * @param bytes an array that holds the line
 * @param start the line's first byte
 * @param end the byte behind its last one
 * @param shape what the line is
 * @param name where the name lies, for an assignment
 * @param value where the value lies without its quotes, for an assignment
 * @param quoted whether the value stands in quotes
 */
record DictionaryLine(byte[] bytes, int start, int end, Shape shape, Span name, Span value, boolean quoted) {
    /** What a line is: one of the legal shapes, or what is wrong with it. */
    enum Shape {
        BLANK(null),
        COMMENT(null),
        ASSIGNMENT(null),
        NO_NAME(DictionaryProblem.Kind.NO_NAME),
        NO_EQUALS(DictionaryProblem.Kind.NO_EQUALS),
        UNCLOSED_QUOTE(DictionaryProblem.Kind.UNCLOSED_QUOTE),
        TEXT_BEHIND_QUOTE(DictionaryProblem.Kind.TEXT_BEHIND_QUOTE),
        BLANK_IN_VALUE(DictionaryProblem.Kind.BLANK_IN_VALUE);

        final DictionaryProblem.@Nullable Kind problem;

        Shape(DictionaryProblem.@Nullable Kind problem) {
            this.problem = problem;
        }
    }

    /** Part of a line, as positions in its array. */
    record Span(int start, int end) {
        static final Span EMPTY = new Span(0, 0);
    }

    static DictionaryLine parse(byte[] bytes, int start, int end) {
        // A raw NUL ends the scan of a line; what lies behind it is kept and ignored.
        int limit = find(bytes, start, end, (byte) 0);
        int at = skipBlanks(bytes, start, limit);
        if (at == limit) {
            return raw(bytes, start, end, Shape.BLANK);
        }
        if (bytes[at] == '#') {
            return raw(bytes, start, end, Shape.COMMENT);
        }
        Span name = new Span(at, endOfName(bytes, at, limit));
        if (name.start == name.end) {
            return raw(bytes, start, end, Shape.NO_NAME);
        }
        at = skipBlanks(bytes, name.end, limit);
        if (at == limit || bytes[at] != '=') {
            return raw(bytes, start, end, Shape.NO_EQUALS);
        }
        at = skipBlanks(bytes, at + 1, limit);
        if (at < limit && bytes[at] == '"') {
            int quote = find(bytes, at + 1, limit, (byte) '"');
            if (quote == limit) {
                return raw(bytes, start, end, Shape.UNCLOSED_QUOTE);
            }
            if (!endsAt(bytes, quote + 1, limit)) {
                return raw(bytes, start, end, Shape.TEXT_BEHIND_QUOTE);
            }
            return new DictionaryLine(bytes, start, end, Shape.ASSIGNMENT, name, new Span(at + 1, quote), true);
        }
        Span value = new Span(at, endOfUnquoted(bytes, at, limit));
        if (!endsAt(bytes, value.end, limit)) {
            return raw(bytes, start, end, Shape.BLANK_IN_VALUE);
        }
        return new DictionaryLine(bytes, start, end, Shape.ASSIGNMENT, name, value, false);
    }

    private static DictionaryLine raw(byte[] bytes, int start, int end, Shape shape) {
        return new DictionaryLine(bytes, start, end, shape, Span.EMPTY, Span.EMPTY, false);
    }

    private static int endOfName(byte[] bytes, int start, int limit) {
        int at = start;
        while (at < limit && !isBlank(bytes[at]) && bytes[at] != '#' && bytes[at] != '=') {
            at++;
        }
        return at;
    }

    private static int endOfUnquoted(byte[] bytes, int start, int limit) {
        int at = start;
        while (at < limit && !isBlank(bytes[at]) && bytes[at] != '#') {
            at++;
        }
        return at;
    }

    private static boolean endsAt(byte[] bytes, int start, int limit) {
        int at = skipBlanks(bytes, start, limit);
        return at == limit || bytes[at] == '#';
    }

    private static int skipBlanks(byte[] bytes, int start, int limit) {
        int at = start;
        while (at < limit && isBlank(bytes[at])) {
            at++;
        }
        return at;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    private static int find(byte[] bytes, int start, int limit, byte wanted) {
        int at = start;
        while (at < limit && bytes[at] != wanted) {
            at++;
        }
        return at;
    }

    boolean isAssignment() {
        return shape == Shape.ASSIGNMENT;
    }

    boolean hasNul() {
        return find(bytes, start, end, (byte) 0) < end;
    }

    boolean startsWith(String ascii) {
        if (end - start < ascii.length()) {
            return false;
        }
        for (int i = 0; i < ascii.length(); i++) {
            if (bytes[start + i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Where the comment behind an assignment begins, with the blanks before it; the line's end if there is none. */
    int tail() {
        int behind = quoted ? value.end + 1 : value.end;
        int at = skipBlanks(bytes, behind, end);
        return at < end && bytes[at] == '#' ? behind : end;
    }

    /** A line that gives a name a value, both encoded. */
    static DictionaryLine assignment(byte[] name, byte[] value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(name.length + value.length + 5);
        out.writeBytes(name);
        out.writeBytes(new byte[] {' ', '=', ' ', '"'});
        out.writeBytes(value);
        out.write('"');
        byte[] whole = out.toByteArray();
        return parse(whole, 0, whole.length);
    }

    /** The same line with another value in quotes; what stands before the name and behind the value stays. */
    DictionaryLine withValue(byte[] encoded) {
        DictionaryLine fresh = assignment(Arrays.copyOfRange(bytes, name.start, name.end), encoded);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes, start, name.start - start);
        out.write(fresh.bytes(), fresh.start(), fresh.end() - fresh.start());
        out.write(bytes, tail(), end - tail());
        byte[] whole = out.toByteArray();
        return parse(whole, 0, whole.length);
    }

    /** The same line with another name; everything else keeps its bytes. */
    DictionaryLine withName(byte[] encoded) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(end - start + encoded.length);
        out.write(bytes, start, name.start - start);
        out.writeBytes(encoded);
        out.write(bytes, name.end, end - name.end);
        byte[] whole = out.toByteArray();
        return parse(whole, 0, whole.length);
    }
}
