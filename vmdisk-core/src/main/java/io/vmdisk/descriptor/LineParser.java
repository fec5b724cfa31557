package io.vmdisk.descriptor;

import com.google.common.base.Ascii;
import io.vmdisk.MalformedFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads one line. Looks at every char a bounded number of times, whatever the line.
 *
 * <p>The grammar has no escapes, so a quote inside a name is ambiguous: the name ends at the first quote behind which
 * the rest of the line makes sense, or else at the first of all.
 */
final class LineParser {
    private static final int MAX_DIGITS = 20;
    private static final int FIELDS_BEHIND_NAME = 3;

    private final String text;
    private final Path source;
    private final long offset;

    private LineParser(String text, Path source, long offset) {
        this.text = text;
        this.source = source;
        this.offset = offset;
    }

    /**
     * Reads {@code text}, a line without its end.
     *
     * @param offset where in the file the line begins, for errors
     */
    static DescriptorLine parse(String text, String end, Path source, long offset) throws MalformedFileException {
        return new LineParser(text, source, offset).line(end);
    }

    /** Drops blanks and tabs at both ends. */
    static String strip(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isBlank(text.charAt(from))) {
            from++;
        }
        while (to > from && isBlank(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    /** A decimal number without sign, or nothing if it is none or too large for a {@code long}. */
    static Optional<Long> number(String digits) {
        if (digits.isEmpty() || digits.length() > MAX_DIGITS) {
            return Optional.empty();
        }
        long value = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(i) - '0';
            if (digit < 0 || digit > 9 || value > (Long.MAX_VALUE - digit) / 10) {
                return Optional.empty();
            }
            value = value * 10 + digit;
        }
        return Optional.of(value);
    }

    private DescriptorLine line(String end) throws MalformedFileException {
        int from = skipBlanks(bomLength());
        int wordEnd = from;
        while (wordEnd < text.length() && isKeyChar(text.charAt(wordEnd))) {
            wordEnd++;
        }
        String word = text.substring(from, wordEnd);
        int next = skipBlanks(wordEnd);
        if (!word.isEmpty() && next < text.length() && text.charAt(next) == '=') {
            return new DescriptorLine.Entry(text, end, word, Ascii.toLowerCase(word), value(next + 1));
        }
        Optional<Access> access = Access.of(word);
        if (access.isPresent() && (next > wordEnd || next == text.length())) {
            return extent(end, access.get(), next);
        }
        return new DescriptorLine.Plain(text, end);
    }

    private DescriptorLine.Span value(int afterSign) {
        int from = skipBlanks(afterSign);
        if (from < text.length() && text.charAt(from) == '"') {
            int close = closingQuote(from + 1, false);
            return new DescriptorLine.Span(from + 1, close < 0 ? text.length() : close, true);
        }
        int to = from;
        while (to < text.length() && !(isBlank(text.charAt(to)) && endsAt(to))) {
            to = isBlank(text.charAt(to)) ? skipBlanks(to) : to + 1;
        }
        return new DescriptorLine.Span(from, to, false);
    }

    private DescriptorLine extent(String end, Access access, int from) throws MalformedFileException {
        String sectorsWord = word(from);
        long sectors = sectors(sectorsWord, from, "length");
        int typeAt = skipBlanks(from + sectorsWord.length());
        String typeWord = word(typeAt);
        if (typeWord.isEmpty() || typeWord.startsWith("#") || typeWord.startsWith("\"")) {
            throw malformed(typeAt, "extent line without a type, found '" + excerpt(typeAt) + "'");
        }
        DescriptorLine.Span name = name(skipBlanks(typeAt + typeWord.length()));
        if (name == null) {
            ExtentType type = ExtentType.of(typeWord);
            if (type != ExtentType.ZERO && type != ExtentType.UNKNOWN) {
                throw malformed(text.length(), "extent line of type " + type + " without a file name");
            }
            return new DescriptorLine.Extent(text, end, access, sectors, typeWord, null, 0, null, null);
        }
        int startAt = skipBlanks(name.to() + (name.quoted() ? 1 : 0));
        String startWord = field(startAt);
        long start = startWord == null ? 0 : sectors(startWord, startAt, "start");
        if (start > ExtentLine.MAX_SECTORS - sectors) {
            throw malformed(startAt, "extent of " + sectors + " sectors from sector " + start + " has no end");
        }
        int partitionAt = startWord == null ? startAt : skipBlanks(startAt + startWord.length());
        String partition = startWord == null ? null : field(partitionAt);
        String device = partition == null ? null : field(skipBlanks(partitionAt + partition.length()));
        return new DescriptorLine.Extent(text, end, access, sectors, typeWord, name, start, partition, device);
    }

    private DescriptorLine.@Nullable Span name(int from) throws MalformedFileException {
        if (from == text.length() || text.charAt(from) == '#') {
            return null;
        }
        if (text.charAt(from) != '"') {
            return new DescriptorLine.Span(from, from + word(from).length(), false);
        }
        int close = closingQuote(from + 1, true);
        if (close < 0) {
            throw malformed(from, "the file name of an extent has no closing quote");
        }
        return new DescriptorLine.Span(from + 1, close, true);
    }

    private long sectors(String word, int at, String what) throws MalformedFileException {
        Optional<Long> value = number(word);
        if (value.isEmpty() || value.get() > ExtentLine.MAX_SECTORS) {
            throw malformed(
                    at,
                    "the " + what + " of an extent is '" + excerpt(at) + "', expected 0 to " + ExtentLine.MAX_SECTORS
                            + " sectors");
        }
        return value.get();
    }

    /** The first quote behind which the line makes sense, else the first, else -1. */
    private int closingQuote(int from, boolean fieldsMayFollow) {
        int first = text.indexOf('"', from);
        for (int quote = first; quote >= 0; quote = text.indexOf('"', quote + 1)) {
            if (endsAt(quote + 1) || (fieldsMayFollow && fieldsFollow(quote + 1))) {
                return quote;
            }
        }
        return first;
    }

    private boolean fieldsFollow(int from) {
        int at = skipBlanks(from);
        String start = at == from ? null : field(at);
        if (start == null || number(start).isEmpty()) {
            return false;
        }
        at += start.length();
        for (int i = 1; i < FIELDS_BEHIND_NAME && !endsAt(at); i++) {
            at = skipBlanks(at);
            at += word(at).length();
        }
        return endsAt(at);
    }

    /** Whether only blanks or a comment are left. */
    private boolean endsAt(int from) {
        int at = skipBlanks(from);
        return at == text.length() || (text.charAt(at) == '#' && at > from);
    }

    private @Nullable String field(int from) {
        String word = word(from);
        return word.isEmpty() || word.startsWith("#") ? null : word;
    }

    private String word(int from) {
        int to = from;
        while (to < text.length() && !isBlank(text.charAt(to))) {
            to++;
        }
        return text.substring(from, to);
    }

    private int skipBlanks(int from) {
        int at = from;
        while (at < text.length() && isBlank(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private int bomLength() {
        return text.startsWith(DescriptorText.BOM) ? DescriptorText.BOM.length() : 0;
    }

    private MalformedFileException malformed(int at, String problem) {
        return new MalformedFileException(
                "extent-line", source, offset + at, problem, "compare the line with a backup or with the files' sizes");
    }

    private String excerpt(int at) {
        String word = word(at);
        String shown = word.length() > 40 ? word.substring(0, 40) + "…" : word;
        return shown.replaceAll("[^ -~…]", "?");
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    private static boolean isKeyChar(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '.'
                || c == '_'
                || c == '-'
                || c == ':';
    }
}
