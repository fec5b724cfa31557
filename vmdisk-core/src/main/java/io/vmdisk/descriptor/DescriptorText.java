package io.vmdisk.descriptor;

import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The lines of a descriptor, byte for byte. Immutable: an edit gives a new text in which all other lines are the same.
 *
 * <p>Limits: {@value #MAX_BYTES} bytes, {@value #MAX_LINES} lines of {@value #MAX_LINE_BYTES} bytes,
 * {@value #MAX_EXTENTS} extents. A 2 TB disk in pieces of 2047 MiB needs 1025 extent lines.
 */
final class DescriptorText {
    static final String DDB_PREFIX = "ddb.";
    /** The UTF-8 byte order mark, raw. */
    static final String BOM = "\u00EF\u00BB\u00BF";

    static final int MAX_BYTES = 1 << 20;
    static final int MAX_LINE_BYTES = 1 << 16;
    static final int MAX_LINES = 1 << 16;
    static final int MAX_EXTENTS = 1 << 14;

    private final List<DescriptorLine> lines;

    private DescriptorText(List<DescriptorLine> lines) {
        this.lines = List.copyOf(lines);
    }

    /**
     * Cuts at the first NUL and into lines.
     *
     * @param offset where in {@code source} the bytes begin, for errors
     */
    static DescriptorText parse(byte[] bytes, Path source, long offset)
            throws MalformedFileException, LimitExceededException {
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
            if (length > MAX_BYTES) {
                throw limit(source, "the descriptor is longer than " + MAX_BYTES + " bytes");
            }
        }
        String text = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        List<DescriptorLine> lines = new ArrayList<>();
        int extents = 0;
        for (int from = 0; from < length; ) {
            int to = lineEnd(text, from);
            int next = behindEnd(text, to);
            if (to - from > MAX_LINE_BYTES) {
                throw limit(source, "a line at byte " + (offset + from) + " is longer than " + MAX_LINE_BYTES);
            }
            if (lines.size() == MAX_LINES) {
                throw limit(source, "the descriptor has more than " + MAX_LINES + " lines");
            }
            DescriptorLine line =
                    LineParser.parse(text.substring(from, to), text.substring(to, next), source, offset + from);
            if (line instanceof DescriptorLine.Extent && ++extents > MAX_EXTENTS) {
                throw limit(source, "the descriptor has more than " + MAX_EXTENTS + " extents");
            }
            lines.add(line);
            from = next;
        }
        return new DescriptorText(lines);
    }

    List<DescriptorLine> lines() {
        return lines;
    }

    byte[] toBytes() {
        return raw().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The whole text, one char a byte. */
    String raw() {
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(line.text()).append(line.end()));
        return text.toString();
    }

    boolean hasBom() {
        return !lines.isEmpty() && lines.get(0).text().startsWith(BOM);
    }

    /** The index of the first entry with this lower-case key, or -1. */
    int indexOf(String key) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i) instanceof DescriptorLine.Entry entry
                    && entry.key().equals(key)) {
                return i;
            }
        }
        return -1;
    }

    /** The same text with other content in one line, which keeps its end. */
    DescriptorText withLine(int index, String content, Path source) throws MalformedFileException {
        List<DescriptorLine> changed = new ArrayList<>(lines);
        changed.set(index, LineParser.parse(content, lines.get(index).end(), source, 0));
        return new DescriptorText(changed);
    }

    /** The same text with a new value in the entry at {@code index}; quotes, blanks and comments stay. */
    DescriptorText withValue(int index, String rawValue, Path source) throws MalformedFileException {
        if (!(lines.get(index) instanceof DescriptorLine.Entry entry)) {
            throw new IllegalArgumentException("line " + index + " is no entry");
        }
        DescriptorLine.Span span = entry.value();
        boolean needsQuotes = !span.quoted() && !isToken(rawValue);
        String open = needsQuotes ? "\"" : "";
        String close = needsQuotes || entry.isUnclosed() ? "\"" : "";
        String text = entry.text();
        String content = text.substring(0, span.from()) + open + rawValue + close + text.substring(span.to());
        return withLine(index, content, source);
    }

    /** The same text with other lines. */
    DescriptorText withLines(List<DescriptorLine> others) {
        return new DescriptorText(others);
    }

    /** The same text with new lines before the one at {@code index}; their ends are that of their neighbour. */
    DescriptorText withInserted(int index, List<String> contents, Path source) throws MalformedFileException {
        if (contents.isEmpty()) {
            return this;
        }
        List<DescriptorLine> changed = new ArrayList<>(lines);
        List<DescriptorLine> added = new ArrayList<>();
        String end = usualEnd(index);
        String mark = index == 0 && hasBom() ? BOM : "";
        for (String content : contents) {
            added.add(LineParser.parse(added.isEmpty() ? mark + content : content, end, source, 0));
        }
        if (!mark.isEmpty()) {
            DescriptorLine first = lines.get(0);
            changed.set(0, LineParser.parse(first.text().substring(BOM.length()), first.end(), source, 0));
        }
        boolean behindOpenEnd = index > 0 && lines.get(index - 1).end().isEmpty();
        if (behindOpenEnd) {
            changed.set(index - 1, lines.get(index - 1).withEnd(end));
            added.set(added.size() - 1, added.get(added.size() - 1).withEnd(""));
        }
        changed.addAll(index, added);
        return new DescriptorText(changed);
    }

    /** The same text without the lines that {@code doomed} picks. */
    DescriptorText without(Predicate<DescriptorLine> doomed, Path source) throws MalformedFileException {
        List<DescriptorLine> kept = new ArrayList<>(lines);
        kept.removeIf(doomed);
        if (hasBom() && !kept.isEmpty() && !kept.get(0).text().startsWith(BOM)) {
            DescriptorLine first = kept.get(0);
            kept.set(0, LineParser.parse(BOM + first.text(), first.end(), source, 0));
        }
        boolean endedOpen =
                !lines.isEmpty() && lines.get(lines.size() - 1).end().isEmpty();
        if (endedOpen && !kept.isEmpty()) {
            int last = kept.size() - 1;
            kept.set(last, kept.get(last).withEnd(""));
        }
        return new DescriptorText(kept);
    }

    private String usualEnd(int index) {
        for (int i = Math.min(index, lines.size()) - 1; i >= 0; i--) {
            if (!lines.get(i).end().isEmpty()) {
                return lines.get(i).end();
            }
        }
        return lines.isEmpty() || lines.get(0).end().isEmpty()
                ? "\n"
                : lines.get(0).end();
    }

    /** Whether {@code raw} can stand without quotes. */
    private static boolean isToken(String raw) {
        return !raw.isEmpty() && raw.chars().allMatch(c -> c > ' ' && c < 0x7F && c != '#');
    }

    private static int lineEnd(String text, int from) {
        int to = from;
        while (to < text.length() && text.charAt(to) != '\n' && text.charAt(to) != '\r') {
            to++;
        }
        return to;
    }

    private static int behindEnd(String text, int end) {
        if (text.startsWith("\r\n", end)) {
            return end + 2;
        }
        return Math.min(end + 1, text.length());
    }

    private static LimitExceededException limit(Path source, String problem) {
        return new LimitExceededException("descriptor-size", source, problem, "this is hardly a disk descriptor");
    }
}
