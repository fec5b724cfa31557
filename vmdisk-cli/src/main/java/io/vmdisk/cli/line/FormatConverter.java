package io.vmdisk.cli.line;

import io.vmdisk.disk.DiskFormat;
import java.util.Arrays;
import java.util.Iterator;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a FORMAT: any case, and the aliases that admins know. */
public final class FormatConverter implements ITypeConverter<DiskFormat> {
    @Override
    public DiskFormat convert(String text) {
        return DiskFormat.of(text)
                .orElseThrow(() -> new TypeConversionException("'" + text + "' is no format; formats are "
                        + Arrays.stream(DiskFormat.values())
                                .map(DiskFormat::word)
                                .collect(Collectors.joining(", "))));
    }

    /** What completion offers. */
    public static final class Words implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(DiskFormat.values()).map(DiskFormat::word).iterator();
        }
    }
}
