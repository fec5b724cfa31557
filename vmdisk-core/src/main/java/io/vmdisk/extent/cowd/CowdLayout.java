package io.vmdisk.extent.cowd;

import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.Sector;
import io.vmdisk.extent.LinkRole;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where everything of one VMFSsparse file lies: arithmetic only.
 *
 * <p>Header, directory, then tables and grains mixed, each where there was room when it was first needed. All places are
 * 32-bit sector numbers, so a full disk can have just under 2 TiB less its tables.
 */
final class CowdLayout {
    static final int ENTRY_BYTES = Integer.BYTES;
    static final int ENTRIES_PER_TABLE = 4096;
    static final int TABLE_BYTES = ENTRIES_PER_TABLE * ENTRY_BYTES;
    static final int TABLE_SECTORS = TABLE_BYTES / CowdHeader.SECTOR_BYTES;

    /** Sector numbers are 32 bits wide: the byte behind the last sector that can be named. */
    static final long MAX_FILE_SECTORS = 1L << 32;

    /** What a host allows: less than 2 TiB. */
    static final long MAX_CAPACITY_SECTORS = Sector.MOST_OF_32_BITS;

    /** The same in bytes: 2 TiB less a sector. */
    static final long MAX_CAPACITY_BYTES = MAX_CAPACITY_SECTORS * CowdHeader.SECTOR_BYTES;

    private static final int CHS_HEADS = 255;
    private static final int CHS_SECTORS = 63;
    private static final int CHS_MAX_CYLINDERS = 65535;

    private final CowdHeader header;

    private CowdLayout(CowdHeader header) {
        this.header = header;
    }

    /**
     * The layout of a new file.
     *
     * @param role the header of a base disk holds a geometry
     * @param file for error texts
     */
    static CowdLayout forCapacity(long capacitySectors, LinkRole role, Path file) throws LimitExceededException {
        if (capacitySectors < 1 || capacitySectors > MAX_CAPACITY_SECTORS) {
            throw new LimitExceededException(
                    "cowd-capacity",
                    file,
                    "a capacity of " + capacitySectors
                            + " sectors is not possible: a VMFSsparse disk has 1 to 4294967295 sectors",
                    "use a seSparse disk");
        }
        ByteBuffer image = ByteBuffer.allocate(CowdHeader.SIZE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        if (role == LinkRole.BASE) {
            long cylinders = capacitySectors / (CHS_HEADS * CHS_SECTORS);
            image.putInt(CowdHeader.AT_ROOT_CYLINDERS, (int) Math.min(cylinders, CHS_MAX_CYLINDERS))
                    .putInt(CowdHeader.AT_ROOT_HEADS, CHS_HEADS)
                    .putInt(CowdHeader.AT_ROOT_SECTORS, CHS_SECTORS);
        }
        long entries = Sector.ceilDiv(capacitySectors, ENTRIES_PER_TABLE);
        long directorySectors = Sector.ceilDiv(entries * ENTRY_BYTES, CowdHeader.SECTOR_BYTES);
        return new CowdLayout(new CowdHeader(
                CowdHeader.USUAL_FLAGS,
                capacitySectors,
                1,
                CowdHeader.SIZE_SECTORS,
                entries,
                CowdHeader.SIZE_SECTORS + directorySectors,
                0,
                image.asReadOnlyBuffer()));
    }

    /**
     * The layout that a header names.
     *
     * @param file for error texts
     */
    static CowdLayout of(CowdHeader header, Path file) throws MalformedFileException {
        List<String> problems = problems(header);
        if (!problems.isEmpty()) {
            throw new MalformedFileException(
                    "cowd-directory",
                    file,
                    CowdHeader.AT_DIRECTORY,
                    problems.get(0),
                    Remedy.of(Kind.CHECK).and(" shows what else is wrong"));
        }
        return new CowdLayout(header);
    }

    /** What the header says that can't be, each as a sentence; empty for a sound header. */
    static List<String> problems(CowdHeader header) {
        CowdLayout layout = new CowdLayout(header);
        List<String> problems = new ArrayList<>();
        if (header.directorySector() < CowdHeader.SIZE_SECTORS) {
            problems.add("the grain directory begins at sector " + header.directorySector()
                    + ", over the header; 4 is expected");
        }
        if (header.directoryEntries() < layout.tableCount()) {
            problems.add("the grain directory has " + header.directoryEntries() + " entries, a disk of "
                    + header.capacitySectors() + " sectors needs " + layout.tableCount());
        }
        if (layout.firstFreeSector() > MAX_FILE_SECTORS) {
            problems.add("the grain directory at sector " + header.directorySector() + " with "
                    + header.directoryEntries() + " entries reaches past the last 32-bit sector");
        }
        return problems;
    }

    CowdHeader header() {
        return header;
    }

    /** Of the disk. */
    long capacityBytes() {
        return header.capacitySectors() * CowdHeader.SECTOR_BYTES;
    }

    int grainBytes() {
        return header.grainSectors() * CowdHeader.SECTOR_BYTES;
    }

    /** Grains of the disk. */
    long grainCount() {
        return Sector.ceilDiv(header.capacitySectors(), header.grainSectors());
    }

    /** Grain tables that cover the disk: the directory's entries that count. */
    int tableCount() {
        return (int) Sector.ceilDiv(header.capacitySectors(), (long) ENTRIES_PER_TABLE * header.grainSectors());
    }

    /** Byte of the directory's first entry. */
    long directoryAt() {
        return header.directorySector() * CowdHeader.SECTOR_BYTES;
    }

    /** The byte behind the directory's last entry that counts; the rest of that sector may be missing in the file. */
    long directoryEnd() {
        return directoryAt() + (long) tableCount() * ENTRY_BYTES;
    }

    /** The sector behind the directory: nothing that an entry names lies below. */
    long firstFreeSector() {
        return endOfDirectory(header);
    }

    /** The sector behind the directory that a header names. */
    static long endOfDirectory(CowdHeader header) {
        return header.directorySector()
                + Sector.ceilDiv(header.directoryEntries() * ENTRY_BYTES, CowdHeader.SECTOR_BYTES);
    }
}
