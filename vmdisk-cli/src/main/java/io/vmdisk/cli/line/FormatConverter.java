package io.vmdisk.cli.line;

import io.vmdisk.disk.DiskFormat;
import java.util.Arrays;
import java.util.Iterator;

/** {@link FormatReader} for picocli. */
public final class FormatConverter extends PicocliConverter<DiskFormat> {
    /** The short words, for help and completion. */
    public static final String ALIASES = "sparse, 2gbsparse, stream, zeroedthick, eagerzeroedthick, thin, delta";

    /** Asks for a format where none was given. */
    public static final String WHICH =
            "which format? -O thin for ESXi, -O monolithicSparse for Workstation, -O raw for everything else";

    /** What help says behind the list of formats. */
    public static final String OR_SHORT = " There are short words too: " + ALIASES + ".";

    public FormatConverter() {
        super(new FormatReader());
    }

    /** What completion offers. */
    public static final class Candidates implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(DiskFormat.values()).map(DiskFormat::word).iterator();
        }
    }
}
