package io.vmdisk.extent.sesparse;

import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.Sector;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.VmdiskException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * The constant header: sector 0, written once when the file is made.
 *
 * <p>{@link #parse} checks what a single field can tell; how the regions relate is {@link SeSparseLayout}'s. Bytes
 * without a known meaning are kept and encoded again.
 *
 * @param capacitySectors of the disk, 1 to {@link SeSparseLimits#MAX_CAPACITY_SECTORS}
 * @param sectorFormat the field behind the flags: 0 in files up to 2021, 512 in newer ones
 * @param tail the bytes behind the last known field, zero in every file seen
 */
record SeSparseHeader(
        long capacitySectors,
        long sectorFormat,
        SeSparseRegion volatileHeader,
        SeSparseRegion journalHeader,
        SeSparseRegion journal,
        SeSparseRegion directory,
        SeSparseRegion tables,
        SeSparseRegion bitmap,
        SeSparseRegion backMap,
        SeSparseRegion grains,
        ByteBuffer tail) {
    static final int SECTOR_BYTES = Sector.BYTES;
    static final int SIZE_BYTES = SECTOR_BYTES;
    static final long MAGIC = 0xCAFEBABEL;
    static final long VERSION = 0x0000_0002_0000_0001L;
    static final int GRAIN_SECTORS = 8;
    static final int TABLE_SECTORS = 64;
    static final long CLASSIC_SECTOR_FORMAT = 0;
    static final long NAMED_SECTOR_FORMAT = 512;

    static final int AT_MAGIC = 0x00;
    static final int AT_VERSION = 0x08;
    static final int AT_CAPACITY = 0x10;
    static final int AT_GRAIN = 0x18;
    static final int AT_TABLE = 0x20;
    static final int AT_FLAGS = 0x28;
    static final int AT_SECTOR_FORMAT = 0x30;
    static final int AT_RESERVED = 0x38;
    static final int AT_REGIONS = 0x50;
    static final int AT_TAIL = 0xD0;

    private static final int RESERVED_FIELDS = 3;
    private static final int REGION_BYTES = 16;
    private static final String OTHER_TOOL = "use a newer vmdisk, or copy the data on the host that made the file";

    /** Whether these first bytes of a file are those of an SEsparse extent. */
    static boolean hasMagic(ByteBuffer start) {
        return start.remaining() >= Long.BYTES
                && start.duplicate().order(ByteOrder.LITTLE_ENDIAN).getLong(start.position()) == MAGIC;
    }

    /**
     * Reads the header.
     *
     * @param sector the file's first {@link #SIZE_BYTES} bytes, from position 0
     * @param file for error texts
     */
    static SeSparseHeader parse(ByteBuffer sector, Path file) throws VmdiskException {
        ByteBuffer bytes = sector.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        requireEqual(bytes, AT_MAGIC, MAGIC, "sesparse-magic", "the magic number", file);
        requireKnown(bytes, AT_VERSION, VERSION, "sesparse-version", "the version", file);
        requireKnown(bytes, AT_GRAIN, GRAIN_SECTORS, "sesparse-grain-size", "the grain size in sectors", file);
        requireKnown(bytes, AT_TABLE, TABLE_SECTORS, "sesparse-table-size", "the grain table size in sectors", file);
        requireKnown(bytes, AT_FLAGS, 0, "sesparse-flags", "the flags field", file);
        for (int i = 0; i < RESERVED_FIELDS; i++) {
            requireKnown(bytes, AT_RESERVED + i * Long.BYTES, 0, "sesparse-reserved", "a reserved field", file);
        }
        long sectorFormat = bytes.getLong(AT_SECTOR_FORMAT);
        if (sectorFormat != CLASSIC_SECTOR_FORMAT && sectorFormat != NAMED_SECTOR_FORMAT) {
            throw unknown(
                    "sesparse-sector-format", "the sector format", sectorFormat, "0 or 512", AT_SECTOR_FORMAT, file);
        }
        long capacity = bytes.getLong(AT_CAPACITY);
        if (capacity == 0) {
            throw new MalformedFileException(
                    "sesparse-capacity", file, AT_CAPACITY, "the capacity is 0 sectors, at least 1 is expected");
        }
        if (capacity < 0 || capacity > SeSparseLimits.MAX_CAPACITY_SECTORS) {
            throw new LimitExceededException(
                    "sesparse-capacity",
                    file,
                    "the capacity at byte " + AT_CAPACITY + " is " + Long.toUnsignedString(capacity)
                            + " sectors, at most " + SeSparseLimits.MAX_CAPACITY_SECTORS + " (64 TiB) are read");
        }
        return new SeSparseHeader(
                capacity,
                sectorFormat,
                region(bytes, 0),
                region(bytes, 1),
                region(bytes, 2),
                region(bytes, 3),
                region(bytes, 4),
                region(bytes, 5),
                region(bytes, 6),
                region(bytes, 7),
                SeSparseBytes.copy(bytes, AT_TAIL, SIZE_BYTES));
    }

    /** The header's sector, ready to be written. */
    ByteBuffer encode() {
        ByteBuffer bytes = ByteBuffer.allocate(SIZE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(AT_MAGIC, MAGIC)
                .putLong(AT_VERSION, VERSION)
                .putLong(AT_CAPACITY, capacitySectors)
                .putLong(AT_GRAIN, GRAIN_SECTORS)
                .putLong(AT_TABLE, TABLE_SECTORS)
                .putLong(AT_SECTOR_FORMAT, sectorFormat);
        SeSparseRegion[] regions = {volatileHeader, journalHeader, journal, directory, tables, bitmap, backMap, grains};
        for (int i = 0; i < regions.length; i++) {
            int at = AT_REGIONS + i * REGION_BYTES;
            bytes.putLong(at, regions[i].offsetSectors()).putLong(at + Long.BYTES, regions[i].sizeSectors());
        }
        bytes.put(AT_TAIL, tail, 0, tail.limit());
        return bytes;
    }

    /** The same for a larger or smaller disk, everything in its place. */
    SeSparseHeader withCapacity(long sectors) {
        return new SeSparseHeader(
                sectors,
                sectorFormat,
                volatileHeader,
                journalHeader,
                journal,
                directory,
                tables,
                bitmap,
                backMap,
                new SeSparseRegion(grains.offsetSectors(), sectors),
                tail);
    }

    /** Whether bytes without a known meaning hold something: such a file is read but not changed. */
    boolean hasUnknownBytes() {
        return !SeSparseBytes.isZero(tail);
    }

    private static SeSparseRegion region(ByteBuffer bytes, int index) {
        int at = AT_REGIONS + index * REGION_BYTES;
        return new SeSparseRegion(bytes.getLong(at), bytes.getLong(at + Long.BYTES));
    }

    private static void requireEqual(ByteBuffer bytes, int at, long wanted, String code, String what, Path file)
            throws MalformedFileException {
        if (bytes.getLong(at) != wanted) {
            throw new MalformedFileException(
                    code,
                    file,
                    at,
                    what + " is 0x" + Long.toHexString(bytes.getLong(at)) + ", 0x" + Long.toHexString(wanted)
                            + " is expected in an SEsparse file");
        }
    }

    private static void requireKnown(ByteBuffer bytes, int at, long wanted, String code, String what, Path file)
            throws UnsupportedFeatureException {
        if (bytes.getLong(at) != wanted) {
            throw unknown(code, what, bytes.getLong(at), "0x" + Long.toHexString(wanted), at, file);
        }
    }

    private static UnsupportedFeatureException unknown(
            String code, String what, long found, String wanted, int at, Path file) {
        return new UnsupportedFeatureException(
                code,
                file,
                what + " at byte " + at + " is 0x" + Long.toHexString(found) + ", only " + wanted + " is known",
                OTHER_TOOL);
    }
}
