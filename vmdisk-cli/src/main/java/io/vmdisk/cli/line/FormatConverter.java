package io.vmdisk.cli.line;

import io.vmdisk.disk.DiskFormat;
import java.util.Arrays;
import java.util.Iterator;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a FORMAT: any case, and the aliases that admins know. */
public final class FormatConverter implements ITypeConverter<DiskFormat> {
    /** The short words, for help and completion. */
    public static final String ALIASES = "sparse, 2gbsparse, stream, zeroedthick, eagerzeroedthick, thin, delta";

    /** Asks for a format where none was given. */
    public static final String WHICH =
            "which format? -O thin for ESXi, -O monolithicSparse for Workstation, -O raw for everything else";

    /** What help says behind the list of formats. */
    public static final String OR_SHORT = " There are short words too: " + ALIASES + ".";

    @Override
    public DiskFormat convert(String text) {
        return DiskFormat.of(text)
                .orElseThrow(() -> new TypeConversionException("'" + text + "' is no format; formats are "
                        + Arrays.stream(DiskFormat.values())
                                .map(DiskFormat::word)
                                .collect(Collectors.joining(", "))));
    }

    /** What completion offers. */
    public static final class Candidates implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(DiskFormat.values()).map(DiskFormat::word).iterator();
        }
    }
}
