package io.vmdisk.extent.sesparse;

import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.Sector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where everything of one SEsparse file lies: arithmetic only.
 *
 * <p>Two ways in. {@link #forCapacity} lays a new file out as a host does: every region from the journal on begins at a
 * mebibyte, none is left out, none has a gap behind it. {@link #of} takes a header's word, after checking that the
 * regions are large enough for the capacity and share no sector; other placements than a host's are legal.
 */
final class SeSparseLayout {
    static final int GRAIN_BYTES = SeSparseHeader.GRAIN_SECTORS * SeSparseHeader.SECTOR_BYTES;
    static final int TABLE_BYTES = SeSparseHeader.TABLE_SECTORS * SeSparseHeader.SECTOR_BYTES;
    static final int ENTRY_BYTES = Long.BYTES;
    static final int ENTRIES_PER_TABLE = TABLE_BYTES / ENTRY_BYTES;

    private static final long TABLE_COVERAGE_SECTORS = (long) ENTRIES_PER_TABLE * SeSparseHeader.GRAIN_SECTORS;
    private static final long ALIGN_SECTORS = 2048;
    private static final long TABLES_PER_ALIGN = ALIGN_SECTORS / SeSparseHeader.TABLE_SECTORS;
    private static final long ENTRIES_PER_SECTOR = SeSparseHeader.SECTOR_BYTES / ENTRY_BYTES;
    private static final long BITS_PER_SECTOR = SeSparseHeader.SECTOR_BYTES * 8L;

    private final SeSparseHeader header;
    private final long grainCount;
    private final int tableCount;

    private SeSparseLayout(SeSparseHeader header) {
        this.header = header;
        this.grainCount = Sector.ceilDiv(header.capacitySectors(), SeSparseHeader.GRAIN_SECTORS);
        this.tableCount = Math.toIntExact(Sector.ceilDiv(header.capacitySectors(), TABLE_COVERAGE_SECTORS));
    }

    /**
     * The layout a host gives a file of this capacity.
     *
     * @param file for error texts
     * @throws LimitExceededException if metadata and grains don't fit a file of 64 TiB
     */
    static SeSparseLayout forCapacity(long capacitySectors, Path file) throws LimitExceededException {
        if (capacitySectors < 1 || capacitySectors > SeSparseLimits.MAX_CAPACITY_SECTORS) {
            throw tooLarge(capacitySectors, file);
        }
        long tables = Sector.ceilDiv(capacitySectors, TABLE_COVERAGE_SECTORS);
        long grains = Sector.ceilDiv(capacitySectors, SeSparseHeader.GRAIN_SECTORS);
        SeSparseRegion journal = new SeSparseRegion(ALIGN_SECTORS, ALIGN_SECTORS);
        SeSparseRegion directory = behind(journal, Sector.ceilDiv(tables, ENTRIES_PER_SECTOR));
        SeSparseRegion tableRegion = behind(directory, tables * SeSparseHeader.TABLE_SECTORS);
        SeSparseRegion bitmap = behind(tableRegion, Sector.ceilDiv(grains, BITS_PER_SECTOR));
        SeSparseRegion backMap = behind(bitmap, Sector.ceilDiv(grains, ENTRIES_PER_SECTOR));
        SeSparseRegion grainRegion = new SeSparseRegion(backMap.endSectors(), capacitySectors);
        if (grainRegion.endSectors() > SeSparseLimits.MAX_NEW_FILE_SECTORS) {
            throw tooLarge(capacitySectors, file);
        }
        return new SeSparseLayout(new SeSparseHeader(
                capacitySectors,
                SeSparseHeader.CLASSIC_SECTOR_FORMAT,
                new SeSparseRegion(1, 1),
                new SeSparseRegion(2, 2),
                journal,
                directory,
                tableRegion,
                bitmap,
                backMap,
                grainRegion,
                SeSparseBytes.zeros(SeSparseHeader.SIZE_BYTES - SeSparseHeader.AT_TAIL)));
    }

    /**
     * The layout that a header names.
     *
     * @param file for error texts
     */
    static SeSparseLayout of(SeSparseHeader header, Path file) throws MalformedFileException {
        SeSparseLayout layout = new SeSparseLayout(header);
        List<String> problems = layout.problems();
        if (!problems.isEmpty()) {
            throw new MalformedFileException(
                    "sesparse-regions",
                    file,
                    SeSparseHeader.AT_REGIONS,
                    problems.get(0),
                    Remedy.of(Kind.CHECK).and(" shows what else is wrong"));
        }
        return layout;
    }

    /** What the header says that can't be, each as a sentence; empty for a sound header. */
    static List<String> problems(SeSparseHeader header) {
        return new SeSparseLayout(header).problems();
    }

    private List<String> problems() {
        List<Named> regions = List.of(
                new Named("volatile header", header.volatileHeader(), 1),
                new Named("journal header", header.journalHeader(), 2),
                new Named("journal", header.journal(), 0),
                new Named("grain directory", header.directory(), Sector.ceilDiv(tableCount, ENTRIES_PER_SECTOR)),
                new Named("grain tables region", header.tables(), (long) tableCount * SeSparseHeader.TABLE_SECTORS),
                new Named("free bitmap", header.bitmap(), Sector.ceilDiv(grainCount, BITS_PER_SECTOR)),
                new Named("back map", header.backMap(), Sector.ceilDiv(grainCount, ENTRIES_PER_SECTOR)),
                new Named("grains region", header.grains(), header.capacitySectors()));
        List<String> problems = new ArrayList<>();
        for (Named region : regions) {
            if (!region.at().isBelow(SeSparseLimits.MAX_FILE_SECTORS)) {
                problems.add("the " + region.name() + " " + region.at() + " reaches past sector "
                        + SeSparseLimits.MAX_FILE_SECTORS);
            }
        }
        if (!problems.isEmpty()) {
            return problems;
        }
        for (int i = 0; i < regions.size(); i++) {
            Named region = regions.get(i);
            if (region.at().offsetSectors() == 0) {
                problems.add("the " + region.name() + " " + region.at() + " lies over the header");
            }
            if (region.at().sizeSectors() < region.neededSectors()) {
                problems.add("the " + region.name() + " has " + region.at().sizeSectors() + " sectors, a disk of "
                        + header.capacitySectors() + " sectors needs " + region.neededSectors());
            }
            for (Named other : regions.subList(0, i)) {
                if (region.at().overlaps(other.at())) {
                    problems.add("the " + region.name() + " " + region.at() + " overlaps the " + other.name() + " "
                            + other.at());
                }
            }
        }
        return problems;
    }

    /** Whether everything lies where a host puts it. */
    boolean isAsHost(Path file) {
        try {
            SeSparseHeader host = forCapacity(header.capacitySectors(), file).header;
            return host.volatileHeader().equals(header.volatileHeader())
                    && host.journalHeader().equals(header.journalHeader())
                    && host.journal().equals(header.journal())
                    && host.directory().equals(header.directory())
                    && host.tables().equals(header.tables())
                    && host.bitmap().equals(header.bitmap())
                    && host.backMap().equals(header.backMap())
                    && host.grains().equals(header.grains());
        } catch (LimitExceededException e) {
            return false;
        }
    }

    SeSparseHeader header() {
        return header;
    }

    /** Of the disk. */
    long capacityBytes() {
        return header.capacitySectors() * SeSparseHeader.SECTOR_BYTES;
    }

    /** Grains of the disk, and the most that the file can store. */
    long grainCount() {
        return grainCount;
    }

    /** Grain tables that cover the disk: the directory's entries that count, and the tables a host hands out. */
    int tableCount() {
        return tableCount;
    }

    /** Grain tables that a directory entry may name; a little more than {@link #tableCount} by rounding. */
    long tableRoom() {
        long rounded = Sector.ceilDiv(tableCount, TABLES_PER_ALIGN) * TABLES_PER_ALIGN;
        return Math.min(rounded, header.tables().sizeSectors() / SeSparseHeader.TABLE_SECTORS);
    }

    /** Byte of the directory's entry {@code slot}. */
    long directoryEntryAt(long slot) {
        return header.directory().offsetBytes() + slot * ENTRY_BYTES;
    }

    /** First byte of grain table {@code table}. */
    long tableAt(long table) {
        return header.tables().offsetBytes() + table * TABLE_BYTES;
    }

    /** The grain table that begins at a byte which {@link #tableAt} gave. */
    long tableIn(long at) {
        return (at - header.tables().offsetBytes()) / TABLE_BYTES;
    }

    /** First byte of stored grain {@code stored}. */
    long grainAt(long stored) {
        return header.grains().offsetBytes() + stored * GRAIN_BYTES;
    }

    /** Byte of the back map's entry for stored grain {@code stored}. */
    long backMapEntryAt(long stored) {
        return header.backMap().offsetBytes() + stored * ENTRY_BYTES;
    }

    /** Byte of the free bitmap that holds the bit of stored grain {@code stored}. */
    long bitmapByteAt(long stored) {
        return header.bitmap().offsetBytes() + stored / Byte.SIZE;
    }

    /** The stored grain that begins at a byte which {@link #grainAt} gave. */
    long grainIn(long at) {
        return (at - header.grains().offsetBytes()) / GRAIN_BYTES;
    }

    /** The byte behind the directory's last entry that counts: a shorter file has lost part of it. */
    long directoryEnd() {
        return directoryEntryAt(tableCount);
    }

    /** The byte behind the free bitmap's last word that counts. */
    long bitmapEnd() {
        return header.bitmap().offsetBytes() + Sector.ceilDiv(grainCount, Long.SIZE) * Long.BYTES;
    }

    /** The byte behind the back map's last entry that counts. */
    long backMapEnd() {
        return header.backMap().offsetBytes() + grainCount * ENTRY_BYTES;
    }

    /** First byte behind all metadata of a file laid out as a host does; a new file's length. */
    long metadataBytes() {
        return header.grains().offsetBytes();
    }

    /** Stored grains that a file of this length holds at least a byte of. */
    long grainsWithin(long fileBytes) {
        return Math.max(0, Sector.ceilDiv(fileBytes - header.grains().offsetBytes(), GRAIN_BYTES));
    }

    private static SeSparseRegion behind(SeSparseRegion before, long sectors) {
        return new SeSparseRegion(
                before.endSectors(), Math.max(1, Sector.ceilDiv(sectors, ALIGN_SECTORS)) * ALIGN_SECTORS);
    }

    private static LimitExceededException tooLarge(long capacitySectors, Path file) {
        return new LimitExceededException(
                "sesparse-capacity",
                file,
                "a capacity of " + capacitySectors
                        + " sectors is not possible: 1 sector to 63.7 TiB (136899940352 sectors) fit an SEsparse file");
    }

    private record Named(String name, SeSparseRegion at, long neededSectors) {}
}
