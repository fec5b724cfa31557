package io.vmdisk.cli.line;

import io.vmdisk.disk.DiskFormat;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Reads a FORMAT: any case, and the aliases that admins know. */
public final class FormatReader implements WordReader<DiskFormat> {
    @Override
    public DiskFormat convert(String text) {
        return DiskFormat.of(text)
                .orElseThrow(() -> new WordException("'" + text + "' is no format; formats are "
                        + Arrays.stream(DiskFormat.values())
                                .map(DiskFormat::word)
                                .collect(Collectors.joining(", "))));
    }
}
