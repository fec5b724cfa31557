package io.vmdisk.cli.line;

import io.vmdisk.disk.DiskFormat;
import io.vmdisk.export.ExportFormat;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What {@code convert} makes: a disk of ours, or an image of another hypervisor, which is only written.
 *
 * @param disk the format of a disk of ours
 * @param image or that of an image
 */
public record TargetFormat(Optional<DiskFormat> disk, Optional<ExportFormat> image) {
    public static Optional<TargetFormat> of(String word) {
        TargetFormat found = new TargetFormat(DiskFormat.of(word), ExportFormat.of(word));
        return found.disk.isPresent() || found.image.isPresent() ? Optional.of(found) : Optional.empty();
    }

    /** Its word. */
    public String word() {
        return disk.map(DiskFormat::word)
                .or(() -> image.map(ExportFormat::word))
                .orElseThrow();
    }

    private static List<String> words() {
        return Stream.concat(
                        Arrays.stream(DiskFormat.values()).map(DiskFormat::word),
                        Arrays.stream(ExportFormat.values()).map(ExportFormat::word))
                .toList();
    }

    /** Reads the word. */
    public static final class Converter extends PicocliConverter<TargetFormat> {
        public Converter() {
            super(new Reader());
        }

        /** Does the work. */
        public static final class Reader implements WordReader<TargetFormat> {
            @Override
            public TargetFormat convert(String text) {
                return of(text).orElseThrow(() -> new WordException("'" + text + "' is no format; formats are "
                        + words().stream().collect(Collectors.joining(", "))));
            }
        }
    }

    /** What completion offers. */
    public static final class Candidates implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return words().iterator();
        }
    }
}
