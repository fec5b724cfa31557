package io.vmdisk.extent.hosted;

/** The flag bits of the header. Bits 0 to 15 may be ignored if unknown, bits 16 to 31 may not. */
public final class HostedFlags {
    /** Bytes 73 to 76 hold line ends, to notice a transfer in text mode. */
    public static final int NEWLINE_CHECK = 0x1;

    /** A second copy of directory and tables is kept. */
    public static final int REDUNDANT_TABLES = 0x2;

    /** Table value 1 is a grain of zeros. */
    public static final int ZEROED_GRAINS = 0x4;

    /** Grains are deflated. */
    public static final int COMPRESSED = 0x10000;

    /** Grains and tables stand behind markers. */
    public static final int MARKERS = 0x20000;

    static final int INCOMPATIBLE_MASK = 0xFFFF0000;
    static final int KNOWN_INCOMPATIBLE = COMPRESSED | MARKERS;

    private HostedFlags() {}
}
