package io.vmdisk.extent.hosted;

import io.vmdisk.MalformedFileException;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsupportedFeatureException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The first sector of a hosted sparse or stream-optimised extent, sizes and offsets in sectors as on disk.
 *
 * <p>{@link #parse} checks each field alone; {@link HostedLayout} checks how they fit together and into the file. The
 * bytes behind the known fields are kept, so that an edit loses nothing.
 *
 * @param version 1 to 3
 * @param flags bits of {@link HostedFlags}
 * @param capacitySectors virtual size; 0 if the file only carries a descriptor
 * @param grainSectors a power of two
 * @param descriptorSector where the embedded descriptor is, 0 for none
 * @param descriptorSectors its room
 * @param entriesPerTable table entries
 * @param redundantDirectorySector second directory; meaningless without its flag
 * @param directorySector directory, or {@link #DIRECTORY_AT_END}
 * @param overheadSectors sectors before the first grain
 * @param unclean whether it was not closed
 * @param compression 1 for deflate
 * @param reserved the bytes behind, kept as they are; read-only, at position 0
 */
public record HostedHeader(
        int version,
        int flags,
        long capacitySectors,
        long grainSectors,
        long descriptorSector,
        long descriptorSectors,
        int entriesPerTable,
        long redundantDirectorySector,
        long directorySector,
        long overheadSectors,
        boolean unclean,
        int compression,
        ByteBuffer reserved) {
    /** Bytes of the header: one sector. */
    public static final int SIZE = 512;

    /** "KDMV" read as a little-endian number. */
    public static final int MAGIC = 0x564D444B;

    /** The directory is found through the footer. */
    public static final long DIRECTORY_AT_END = -1;

    /** Entries of a table: the only value that VMware writes, and the most that readers take. */
    public static final int STANDARD_ENTRIES = 512;

    private static final int UNFINISHED_MAGIC = 0x766D646B;
    private static final int AT_VERSION = 4;
    private static final int AT_FLAGS = 8;
    static final int AT_CAPACITY = 12;
    private static final int AT_GRAIN = 20;
    static final int AT_DESCRIPTOR = 28;
    private static final int AT_DESCRIPTOR_SIZE = 36;
    private static final int AT_ENTRIES = 44;
    static final int AT_REDUNDANT_DIRECTORY = 48;
    static final int AT_DIRECTORY = 56;
    private static final int AT_OVERHEAD = 64;
    static final int AT_UNCLEAN = 72;
    private static final int AT_NEWLINES = 73;
    private static final int AT_COMPRESSION = 77;
    private static final int AT_RESERVED = 79;
    private static final byte[] NEWLINES = {0x0A, 0x20, 0x0D, 0x0A};

    /** 2^53 sectors: every byte position stays exact in a long with room to spare. */
    private static final long MAX_CAPACITY_SECTORS = 1L << 53;

    /** 1 GiB grains, as qemu allows; a read never needs a buffer of a grain unless it is compressed. */
    private static final long MAX_GRAIN_SECTORS = 1L << 21;

    /** Whether these first bytes of a file are such a header. */
    public static boolean matches(ByteBuffer start) {
        return start.remaining() >= 4
                && start.duplicate().order(ByteOrder.LITTLE_ENDIAN).getInt(start.position()) == MAGIC;
    }

    /**
     * Reads a header.
     *
     * @param sector at least 512 bytes from its position on
     * @param file for messages
     * @param at where the header stands in the file, for messages
     */
    public static HostedHeader parse(ByteBuffer sector, @Nullable Path file, long at) throws java.io.IOException {
        ByteBuffer b = sector.slice().order(ByteOrder.LITTLE_ENDIAN);
        int magic = b.getInt(0);
        if (magic == UNFINISHED_MAGIC) {
            throw new MalformedFileException(
                    "unfinished", file, at, "its writer did not finish: the magic is still \"kdmv\"", "make it again");
        }
        if (magic != MAGIC) {
            HexFormat hex = HexFormat.of();
            String problem = "the magic is " + hex.toHexDigits(magic) + ", expected " + hex.toHexDigits(MAGIC);
            throw new MalformedFileException("magic", file, at, problem, "copy the file again");
        }
        int version = b.getInt(AT_VERSION);
        if (version < 1 || version > 3) {
            throw new UnsupportedFeatureException(
                    "hosted-version", file, "sparse extent version " + version + ", known are 1 to 3");
        }
        int flags = b.getInt(AT_FLAGS);
        int unknown = flags & HostedFlags.INCOMPATIBLE_MASK & ~HostedFlags.KNOWN_INCOMPATIBLE;
        if (unknown != 0) {
            throw new UnsupportedFeatureException(
                    "hosted-flags",
                    file,
                    "unknown incompatible flags " + HexFormat.of().toHexDigits(unknown));
        }
        if ((flags & HostedFlags.NEWLINE_CHECK) != 0) {
            for (int i = 0; i < NEWLINES.length; i++) {
                require(
                        b.get(AT_NEWLINES + i) == NEWLINES[i],
                        "text-mode",
                        file,
                        at + AT_NEWLINES + i,
                        "the line-end marks are changed: the file went through a transfer in text mode");
            }
        }
        long capacity = b.getLong(AT_CAPACITY);
        require(
                capacity >= 0 && capacity <= MAX_CAPACITY_SECTORS,
                "capacity",
                file,
                at + AT_CAPACITY,
                "the capacity is " + Long.toUnsignedString(capacity) + " sectors, at most " + MAX_CAPACITY_SECTORS
                        + " are possible");
        long grain = b.getLong(AT_GRAIN);
        require(
                grain > 0 && grain <= MAX_GRAIN_SECTORS && Long.bitCount(grain) == 1,
                "grain-size",
                file,
                at + AT_GRAIN,
                "the grain size is " + Long.toUnsignedString(grain) + " sectors, expected a power of two up to "
                        + MAX_GRAIN_SECTORS);
        int entries = b.getInt(AT_ENTRIES);
        require(
                entries >= 1 && entries <= STANDARD_ENTRIES && Integer.bitCount(entries) == 1,
                "table-entries",
                file,
                at + AT_ENTRIES,
                "a table has " + Integer.toUnsignedString(entries) + " entries, expected a power of two up to "
                        + STANDARD_ENTRIES);
        int compression = Short.toUnsignedInt(b.getShort(AT_COMPRESSION));
        if ((flags & HostedFlags.COMPRESSED) != 0 && compression != 1) {
            throw new UnsupportedFeatureException(
                    "compression", file, "compression algorithm " + compression + ", known is 1 (deflate)");
        }
        byte[] reserved = new byte[SIZE - AT_RESERVED];
        b.get(AT_RESERVED, reserved);
        return new HostedHeader(
                version,
                flags,
                capacity,
                grain,
                b.getLong(AT_DESCRIPTOR),
                b.getLong(AT_DESCRIPTOR_SIZE),
                entries,
                b.getLong(AT_REDUNDANT_DIRECTORY),
                b.getLong(AT_DIRECTORY),
                b.getLong(AT_OVERHEAD),
                b.get(AT_UNCLEAN) != 0,
                compression,
                ByteBuffer.wrap(reserved).asReadOnlyBuffer());
    }

    private static void require(boolean holds, String code, @Nullable Path file, long at, String problem)
            throws MalformedFileException {
        if (!holds) {
            throw new MalformedFileException(
                    code, file, at, problem, Remedy.of(Kind.CHECK).and(" shows what else is wrong with the file"));
        }
    }

    /** The header as it stands on disk. */
    public ByteBuffer encode() {
        ByteBuffer b = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
        b.putInt(0, MAGIC);
        b.putInt(AT_VERSION, version);
        b.putInt(AT_FLAGS, flags);
        b.putLong(AT_CAPACITY, capacitySectors);
        b.putLong(AT_GRAIN, grainSectors);
        b.putLong(AT_DESCRIPTOR, descriptorSector);
        b.putLong(AT_DESCRIPTOR_SIZE, descriptorSectors);
        b.putInt(AT_ENTRIES, entriesPerTable);
        b.putLong(AT_REDUNDANT_DIRECTORY, redundantDirectorySector);
        b.putLong(AT_DIRECTORY, directorySector);
        b.putLong(AT_OVERHEAD, overheadSectors);
        b.put(AT_UNCLEAN, (byte) (unclean ? 1 : 0));
        b.put(AT_NEWLINES, NEWLINES);
        b.putShort(AT_COMPRESSION, (short) compression);
        b.put(AT_RESERVED, reserved, 0, SIZE - AT_RESERVED);
        return b;
    }

    /** Whether a flag of {@link HostedFlags} is set. */
    public boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** The first sector behind header and embedded descriptor. */
    long endOfDescriptor() {
        boolean embedded = descriptorSector > 0 && descriptorSectors > 0;
        boolean countable = descriptorSector < MAX_CAPACITY_SECTORS && descriptorSectors < MAX_CAPACITY_SECTORS;
        return embedded && countable ? descriptorSector + descriptorSectors : 1;
    }

    /** The same header of a version and flags that allow grains of zeros. */
    HostedHeader withZeroedGrains() {
        return with(Math.max(2, version), flags | HostedFlags.ZEROED_GRAINS, unclean);
    }

    /** The same header of a file that keeps no copy of its tables. */
    HostedHeader withoutRedundantTables() {
        return with(version, flags & ~HostedFlags.REDUNDANT_TABLES, unclean);
    }

    /** The same header, marked as in use or closed. */
    HostedHeader withUnclean(boolean mark) {
        return with(version, flags, mark);
    }

    /** The same header of another size. */
    HostedHeader withCapacity(long sectors) {
        return withTables(sectors, redundantDirectorySector, directorySector);
    }

    /** The same header of another size with its directories elsewhere. */
    HostedHeader withTables(long sectors, long redundantDirectory, long directory) {
        return new HostedHeader(
                version,
                flags,
                sectors,
                grainSectors,
                descriptorSector,
                descriptorSectors,
                entriesPerTable,
                redundantDirectory,
                directory,
                overheadSectors,
                unclean,
                compression,
                reserved);
    }

    private HostedHeader with(int newVersion, int newFlags, boolean newUnclean) {
        return new HostedHeader(
                newVersion,
                newFlags,
                capacitySectors,
                grainSectors,
                descriptorSector,
                descriptorSectors,
                entriesPerTable,
                redundantDirectorySector,
                directorySector,
                overheadSectors,
                newUnclean,
                compression,
                reserved);
    }
}
