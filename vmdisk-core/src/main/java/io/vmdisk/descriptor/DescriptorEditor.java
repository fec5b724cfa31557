package io.vmdisk.descriptor;

import com.google.common.collect.Sets;
import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.VmdiskException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Changes lines of a text, one job a method; all other lines stay byte for byte.
 *
 * <p>Setting a key that is there several times changes the first, which is the one that counts. Removing it removes all,
 * or else the next would begin to count.
 */
final class DescriptorEditor {
    private final DescriptorText text;
    private final DescriptorCharset charset;
    private final Path source;

    DescriptorEditor(DescriptorText text, DescriptorCharset charset, Path source) {
        this.text = text;
        this.charset = charset;
        this.source = source;
    }

    /** Sets a header entry whose value stands without quotes. */
    DescriptorText bareHeader(String key, String value) throws VmdiskException {
        return header(key, value, value);
    }

    /** Sets a header entry whose value stands in quotes. */
    DescriptorText quotedHeader(String key, String value) throws VmdiskException {
        String raw = charset.encode(value, key, source);
        return header(key, raw, '"' + raw + '"');
    }

    /** Removes an entry, of the header or with prefix of the disk database. */
    DescriptorText without(String key) throws VmdiskException {
        return text.without(
                line -> line instanceof DescriptorLine.Entry entry
                        && entry.key().equals(lower(key)),
                source);
    }

    DescriptorText ddb(String prefixedKey, String value) throws VmdiskException {
        String key = lower(prefixedKey);
        String raw = charset.encode(value, prefixedKey, source);
        int index = text.indexOf(key);
        if (index >= 0) {
            return text.withValue(index, raw, source);
        }
        String line = prefixedKey + " = \"" + raw + '"';
        int place = Placement.ofDdb(text.lines(), key);
        if (place >= 0) {
            return text.withInserted(place, List.of(line), source);
        }
        boolean headed = text.lines().stream().anyMatch(Placement::isDdbHeading);
        List<String> section = List.of("", Placement.DDB_HEADING, Placement.DDB_MARK, "", line);
        return text.withInserted(text.lines().size(), headed ? List.of(line) : section, source);
    }

    /** Names the change tracking file. */
    DescriptorText changeTracking(String path) throws VmdiskException {
        String raw = charset.encode(path, "changeTrackPath", source);
        int index = text.indexOf("changetrackpath");
        if (index >= 0) {
            return text.withValue(index, raw, source);
        }
        int place = Placement.ofDdbSection(text.lines());
        List<String> section = List.of(Placement.TRACKING_HEADING, "changeTrackPath=\"" + raw + '"', "");
        return text.withInserted(place, section, source);
    }

    /** Drops the change tracking section with the blank line that parts it from the next. */
    DescriptorText withoutChangeTracking() throws VmdiskException {
        List<DescriptorLine> lines = text.lines();
        List<DescriptorLine> doomed = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i) instanceof DescriptorLine.Entry entry
                    && entry.key().equals("changetrackpath")) {
                doomed.add(lines.get(i));
                boolean headed = i > 0 && Placement.isTrackingHeading(lines.get(i - 1));
                int before = headed ? i - 2 : i - 1;
                if (headed) {
                    doomed.add(lines.get(i - 1));
                }
                if (i + 1 < lines.size() && isBlank(lines.get(i + 1)) && (before < 0 || isBlank(lines.get(before)))) {
                    doomed.add(lines.get(i + 1));
                }
            } else if (Placement.isTrackingHeading(lines.get(i))) {
                doomed.add(lines.get(i));
            }
        }
        return text.without(line -> doomed.stream().anyMatch(d -> d == line), source);
    }

    /** Puts {@code wanted} in place of the lines that say {@code present}; equal ones stay as they are. */
    DescriptorText extents(List<ExtentLine> present, List<ExtentLine> wanted) throws VmdiskException {
        List<DescriptorLine> lines = new ArrayList<>();
        int next = 0;
        int place = -1;
        Set<DescriptorLine> surplus = Sets.newIdentityHashSet();
        for (DescriptorLine line : text.lines()) {
            DescriptorLine kept = line;
            if (line instanceof DescriptorLine.Extent) {
                if (next >= wanted.size()) {
                    surplus.add(line);
                } else if (!wanted.get(next).equals(present.get(next))) {
                    kept = LineParser.parse(wanted.get(next).render(charset, source), line.end(), source, 0);
                }
                next++;
                place = lines.size() + 1;
            }
            lines.add(kept);
        }
        DescriptorText changed = text.withLines(lines);
        if (!surplus.isEmpty()) {
            return changed.without(surplus::contains, source);
        }
        List<String> added = new ArrayList<>();
        for (ExtentLine line : wanted.subList(next, wanted.size())) {
            added.add(line.render(charset, source));
        }
        return place >= 0 ? changed.withInserted(place, added, source) : firstExtents(added);
    }

    private DescriptorText firstExtents(List<String> added) throws VmdiskException {
        int place = Placement.behindExtentsHeading(text.lines());
        if (place >= 0 || added.isEmpty()) {
            return text.withInserted(Math.max(0, place), added, source);
        }
        List<String> section = new ArrayList<>(added);
        section.add(0, Placement.EXTENTS_HEADING);
        section.add("");
        return text.withInserted(Placement.ofDdbSection(text.lines()), section, source);
    }

    /** Renames the files of the extents; each name stays where it stands in its line. */
    DescriptorText extentFileNames(UnaryOperator<String> rename) throws VmdiskException {
        List<DescriptorLine> lines = new ArrayList<>();
        for (DescriptorLine line : text.lines()) {
            lines.add(line instanceof DescriptorLine.Extent extent ? renamed(extent, rename) : line);
        }
        return text.withLines(lines);
    }

    private DescriptorLine renamed(DescriptorLine.Extent extent, UnaryOperator<String> rename) throws VmdiskException {
        DescriptorLine.Span span = extent.name();
        if (span == null) {
            return extent;
        }
        String line = extent.text();
        String old = charset.decode(line.substring(span.from(), span.to()));
        String fresh = rename.apply(old);
        if (fresh.equals(old)) {
            return extent;
        }
        String raw = charset.encode(fresh, "the file name of an extent", source);
        String quote = span.quoted() ? "" : "\"";
        String content = line.substring(0, span.from()) + quote + raw + quote + line.substring(span.to());
        return LineParser.parse(content, extent.end(), source, 0);
    }

    /** Checks and completes a key of the disk database. */
    static String prefixed(String key, Path source) throws UnsupportedFeatureException {
        boolean hasPrefix = lower(key).startsWith(DescriptorText.DDB_PREFIX);
        String full = hasPrefix ? key : DescriptorText.DDB_PREFIX + key;
        boolean plain = full.length() > DescriptorText.DDB_PREFIX.length()
                && full.chars().allMatch(c -> c < 0x7F && (Character.isLetterOrDigit(c) || "._-:".indexOf(c) >= 0));
        if (!plain) {
            throw new UnsupportedFeatureException(
                    "descriptor-key", source, "'" + key + "' can't be a key: letters, digits and . _ - : can");
        }
        return full;
    }

    static String lower(String key) {
        return key.toLowerCase(Locale.ROOT);
    }

    private DescriptorText header(String key, String rawValue, String rawForm) throws MalformedFileException {
        int index = text.indexOf(lower(key));
        if (index >= 0) {
            return text.withValue(index, rawValue, source);
        }
        return text.withInserted(Placement.ofHeader(text.lines(), lower(key)), List.of(key + '=' + rawForm), source);
    }

    private static boolean isBlank(DescriptorLine line) {
        return line instanceof DescriptorLine.Plain plain && plain.isBlank();
    }
}
