package io.vmdisk.descriptor;

import com.google.common.base.Ascii;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One line as it was read. Text is raw: each char holds one byte of the file, so that whatever the encoding nothing is
 * lost and the marks of the grammar, all ASCII, are found before anything is decoded.
 */
sealed interface DescriptorLine permits DescriptorLine.Plain, DescriptorLine.Entry, DescriptorLine.Extent {
    /** The line without its end. */
    String text();

    /** LF, CR LF, CR, or nothing for the last line of some files. */
    String end();

    /** The same line with another end. */
    DescriptorLine withEnd(String end);

    /** A stretch of {@link #text()}; without the quotes if there are some. */
    record Span(int from, int to, boolean quoted) {
        // By hand, like hashCode: a record's own are linked at run time, which every short command would wait for.
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Span that && from == that.from && to == that.to && quoted == that.quoted;
        }

        @Override
        public int hashCode() {
            return 31 * (31 * from + to) + Boolean.hashCode(quoted);
        }
    }

    /** Blank, a comment, or not understood: kept. */
    record Plain(String text, String end) implements DescriptorLine {
        @Override
        public DescriptorLine withEnd(String other) {
            return new Plain(text, other);
        }

        /** The comment in lower case, without the mark and blanks around; empty if this is none. */
        String comment() {
            return isComment() ? Ascii.toLowerCase(LineParser.strip(body().substring(1))) : "";
        }

        boolean isComment() {
            return body().startsWith("#");
        }

        boolean isBlank() {
            return body().isEmpty();
        }

        /** Whether the grammar has no place for it. */
        boolean isStray() {
            return !isBlank() && !isComment();
        }

        private String body() {
            boolean marked = text.startsWith(DescriptorText.BOM);
            return LineParser.strip(marked ? text.substring(DescriptorText.BOM.length()) : text);
        }

        // By hand, like hashCode: a record's own are linked at run time, which every short command would wait for.
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Plain that && text.equals(that.text) && end.equals(that.end);
        }

        @Override
        public int hashCode() {
            return 31 * text.hashCode() + end.hashCode();
        }
    }

    /** {@code key = value}; {@code key} in lower case, {@code name} as spelled. */
    record Entry(String text, String end, String name, String key, Span value) implements DescriptorLine {
        @Override
        public DescriptorLine withEnd(String other) {
            return new Entry(text, other, name, key, value);
        }

        String rawValue() {
            return text.substring(value.from(), value.to());
        }

        boolean isDdb() {
            return key.startsWith(DescriptorText.DDB_PREFIX);
        }

        /** Whether the value opens with a quote that nothing closes. */
        boolean isUnclosed() {
            return value.quoted() && value.to() == text.length();
        }

        // By hand, like hashCode: a record's own are linked at run time, which every short command would wait for.
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Entry that
                    && text.equals(that.text)
                    && end.equals(that.end)
                    && name.equals(that.name)
                    && key.equals(that.key)
                    && value.equals(that.value);
        }

        @Override
        public int hashCode() {
            return 31 * (31 * text.hashCode() + end.hashCode()) + name.hashCode();
        }
    }

    /** A line of the extent description; names and words are raw. */
    record Extent(
            String text,
            String end,
            Access access,
            long sectors,
            String typeWord,
            @Nullable Span name,
            long startSector,
            @Nullable String partition,
            @Nullable String device)
            implements DescriptorLine {
        @Override
        public DescriptorLine withEnd(String other) {
            return new Extent(text, other, access, sectors, typeWord, name, startSector, partition, device);
        }

        // By hand, like hashCode: a record's own are linked at run time, which every short command would wait for.
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Extent that
                    && text.equals(that.text)
                    && end.equals(that.end)
                    && access == that.access
                    && sectors == that.sectors
                    && typeWord.equals(that.typeWord)
                    && Objects.equals(name, that.name)
                    && startSector == that.startSector
                    && Objects.equals(partition, that.partition)
                    && Objects.equals(device, that.device);
        }

        @Override
        public int hashCode() {
            return 31 * (31 * text.hashCode() + end.hashCode()) + access.hashCode();
        }
    }
}
