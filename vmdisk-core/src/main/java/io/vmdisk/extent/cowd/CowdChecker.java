package io.vmdisk.extent.cowd;

import io.vmdisk.Finding;
import io.vmdisk.Finding.Severity;
import io.vmdisk.OperationCancelledException;
import io.vmdisk.Progress;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.Sector;
import io.vmdisk.VmdiskException;
import io.vmdisk.extent.BoundedFindings;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Looks for all that can be wrong with the metadata of one VMFSsparse file; changes nothing.
 *
 * <p>Every table is read once for each 64 GiB of the file's length, to find space that is used twice: memory stays at 16
 * MiB whatever the size. Damage ends neither the check nor in an exception; an unreadable header is a finding, the only
 * one.
 */
final class CowdChecker {
    /** Sectors that one pass looks at: a bit for each, 16 MiB. */
    private static final int PASS_SECTORS = 1 << 27;

    static final String FREE_SECTOR = "cowd.free-sector";

    private static final String REMEDY_LOST = "restore the grains from a backup; all others can be salvaged";
    private static final Remedy REMEDY_CLEAN = Remedy.of(Kind.REPAIR_TABLES);

    private final BlockFile file;
    private final CowdLayout layout;
    private final Progress progress;
    private final BoundedFindings findings;
    private final int[] tables;
    private final long fileBytes;
    private final long fileSectors;
    private final BitSet taken = new BitSet();
    private long passStart;
    private long usedSectors;
    private long holeBytes;
    private boolean isDataLost;
    private long highestEnd;

    private CowdChecker(BlockFile file, CowdLayout layout, Progress progress, BoundedFindings findings)
            throws IOException {
        this.file = file;
        this.layout = layout;
        this.progress = progress;
        this.findings = findings;
        this.tables = new int[layout.tableCount()];
        this.fileBytes = file.size();
        this.fileSectors = Sector.ceilDiv(fileBytes, CowdHeader.SECTOR_BYTES);
        this.highestEnd = layout.firstFreeSector();
    }

    /** Checks a file. */
    static List<Finding> check(BlockFile file, Progress progress) throws IOException {
        BoundedFindings findings = new BoundedFindings(file.path());
        try {
            CowdLayout layout = CowdExtents.layout(file);
            new CowdChecker(file, layout, progress, findings).run();
        } catch (OperationCancelledException e) {
            throw e;
        } catch (VmdiskException e) {
            findings.add(
                    "cowd.unreadable",
                    Severity.ERROR,
                    e.offset().orElse(-1),
                    e.problem(),
                    e.remedy().isEmpty() ? Remedy.of(Kind.COPY_AGAIN) : e.remedy());
        }
        return findings.toList();
    }

    private void run() throws IOException {
        checkHeader();
        progress.begin("checking " + file.path(), -1);
        readDirectory();
        for (passStart = 0; passStart == 0 || passStart < highestEnd; passStart += PASS_SECTORS) {
            pass();
            countHoles();
        }
        checkEnd();
    }

    private void checkHeader() {
        CowdHeader header = layout.header();
        if (header.flags() != CowdHeader.USUAL_FLAGS) {
            findings.add(
                    "cowd.flags",
                    Severity.WARNING,
                    CowdHeader.AT_FLAGS,
                    "the flags are " + header.flags() + ", 3 is usual; a host may refuse the file",
                    "");
        }
        if (header.grainSectors() != 1) {
            findings.add(
                    "cowd.grain-size",
                    Severity.INFO,
                    CowdHeader.AT_GRAIN,
                    "a grain has " + header.grainSectors() + " sectors; hosts make files with 1",
                    "");
        }
        if (header.directorySector() != CowdHeader.SIZE_SECTORS) {
            findings.add(
                    "cowd.directory-place",
                    Severity.INFO,
                    CowdHeader.AT_DIRECTORY,
                    "the grain directory begins at sector " + header.directorySector() + "; hosts put it at 4",
                    "");
        }
        if (header.uncleanShutdown() != 0) {
            findings.add(
                    "cowd.unclean",
                    Severity.WARNING,
                    CowdHeader.AT_UNCLEAN,
                    "the file was not closed in order: whoever changed it last crashed, or still runs",
                    REMEDY_CLEAN);
        }
    }

    /** The directory's tables; those that can't be read, or overlap one before, are found and left out. */
    private void readDirectory() throws IOException {
        byte[] bytes = new byte[layout.tableCount() * CowdLayout.ENTRY_BYTES];
        file.readFully(layout.directoryAt(), ByteBuffer.wrap(bytes));
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(tables);
        long[] bySector = new long[tables.length];
        int named = 0;
        for (int table = 0; table < tables.length; table++) {
            if (tables[table] != 0 && isInside(table)) {
                bySector[named++] = sectorOf(table) << Integer.SIZE - 1 | table;
            }
        }
        Arrays.sort(bySector, 0, named);
        long end = 0;
        for (int i = 0; i < named; i++) {
            int table = (int) bySector[i] & Integer.MAX_VALUE;
            if (sectorOf(table) < end) {
                report(
                        "cowd.shared-table",
                        entryAt(table),
                        "table " + table + " at sector " + sectorOf(table) + " shares space with another table");
                tables[table] = 0;
            } else {
                end = sectorOf(table) + CowdLayout.TABLE_SECTORS;
            }
        }
    }

    private boolean isInside(int table) {
        long sector = sectorOf(table);
        long endBytes = (sector + CowdLayout.TABLE_SECTORS) * CowdHeader.SECTOR_BYTES;
        if (sector >= layout.firstFreeSector() && endBytes <= fileBytes) {
            return true;
        }
        report(
                "cowd.table-place",
                entryAt(table),
                "table " + table + " is said to be at sector " + sector + ", outside of " + layout.firstFreeSector()
                        + " to " + fileSectors + "; all its grains are lost");
        tables[table] = 0;
        return false;
    }

    private long sectorOf(int table) {
        return Integer.toUnsignedLong(tables[table]);
    }

    private long entryAt(int table) {
        return layout.directoryAt() + (long) table * CowdLayout.ENTRY_BYTES;
    }

    private void pass() throws IOException {
        taken.clear();
        for (int table = 0; table < tables.length; table++) {
            if (tables[table] != 0) {
                progress.checkCancelled("check");
                checkTable(table, sectorOf(table));
            }
        }
    }

    private void checkTable(int table, long sector) throws IOException {
        take(sector, CowdLayout.TABLE_SECTORS, entryAt(table), "table " + table);
        progress.advance(CowdLayout.TABLE_BYTES);
        ByteBuffer entries = ByteBuffer.allocate(CowdLayout.TABLE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.readFully(sector * CowdHeader.SECTOR_BYTES, entries);
        for (int entry = 0; entry < CowdLayout.ENTRIES_PER_TABLE; entry++) {
            long raw = Integer.toUnsignedLong(entries.getInt(entry * CowdLayout.ENTRY_BYTES));
            if (raw != 0) {
                long at = sector * CowdHeader.SECTOR_BYTES + (long) entry * CowdLayout.ENTRY_BYTES;
                checkEntry((long) table * CowdLayout.ENTRIES_PER_TABLE + entry, raw, at);
            }
        }
    }

    private void checkEntry(long grain, long sector, long at) {
        if (grain >= layout.grainCount()) {
            if (passStart == 0) {
                findings.add(
                        "cowd.entry-behind-disk",
                        Severity.WARNING,
                        at,
                        "an entry for grain " + grain + " lies behind the end of the disk of " + layout.grainCount()
                                + " grains",
                        "");
            }
        } else if (sector == CowdCodec.FOREIGN_ZERO) {
            if (passStart == 0) {
                findings.add(
                        "cowd.entry-one",
                        Severity.WARNING,
                        at,
                        "grain " + grain + " has entry 1, which this format does not define; it is read as zeros, other"
                                + " software shows parts of the header",
                        "convert the disk");
            }
        } else if (sector < layout.firstFreeSector()
                || (sector + layout.header().grainSectors()) * CowdHeader.SECTOR_BYTES > fileBytes) {
            report(
                    "cowd.grain-place",
                    at,
                    "grain " + grain + " is said to be at sector " + sector + ", outside of " + layout.firstFreeSector()
                            + " to " + fileSectors + "; its data is lost");
        } else {
            take(sector, layout.header().grainSectors(), at, "grain " + grain);
        }
    }

    /** The same in every pass, so told in the first only. */
    private void report(String id, long at, String message) {
        isDataLost |= id.endsWith("-place");
        if (passStart == 0) {
            findings.add(id, Severity.ERROR, at, message, REMEDY_LOST);
        }
    }

    private void take(long sector, int count, long at, String what) {
        highestEnd = Math.max(highestEnd, sector + count);
        long from = Math.max(sector, passStart);
        long to = Math.min(sector + count, passStart + PASS_SECTORS);
        if (from >= to) {
            return;
        }
        int first = (int) (from - passStart);
        int end = (int) (to - passStart);
        int found = taken.nextSetBit(first);
        if (found >= 0 && found < end) {
            findings.add(
                    "cowd.shared-space",
                    Severity.ERROR,
                    at,
                    what + " at sector " + sector + " shares sector " + (passStart + found) + " with another",
                    "one of both shows foreign data; restore from a backup");
        }
        taken.set(first, end);
        usedSectors += to - from;
    }

    /** What was punched is not used, but holds nothing either. */
    private void countHoles() throws IOException {
        int from = (int) Math.max(0, Math.min(PASS_SECTORS, layout.firstFreeSector() - passStart));
        int end = (int) Math.max(0, Math.min(PASS_SECTORS, highestEnd - passStart));
        while (from < end) {
            int free = taken.nextClearBit(from);
            int next = taken.nextSetBit(free);
            int stop = Math.min(end, next < 0 ? end : next);
            long at = (passStart + free) * CowdHeader.SECTOR_BYTES;
            long gapEnd = (passStart + stop) * CowdHeader.SECTOR_BYTES;
            while (at < gapEnd) {
                long data = Math.min(gapEnd, file.nextData(at));
                holeBytes += data - at;
                at = data < gapEnd ? Math.min(gapEnd, file.nextHole(data)) : gapEnd;
            }
            from = Math.max(stop, free);
        }
    }

    private void checkEnd() {
        long free = layout.header().freeSector();
        if (free < highestEnd) {
            findings.add(
                    FREE_SECTOR,
                    Severity.ERROR,
                    CowdHeader.AT_FREE,
                    "the header calls sectors from " + free + " on free, but data ends at sector " + highestEnd
                            + "; whoever believes it will overwrite data",
                    REMEDY_CLEAN);
        } else if (free > fileSectors) {
            findings.add(
                    "cowd.cut",
                    Severity.WARNING,
                    CowdHeader.AT_FREE,
                    "the file ends at sector " + fileSectors + ", the header says " + free
                            + (isDataLost ? "; data is lost with it" : "; nothing that is used is missing"),
                    isDataLost ? Remedy.of(Kind.SALVAGE).and(" makes a new disk of what can be read") : REMEDY_CLEAN);
        }
        long leaked = (highestEnd - layout.firstFreeSector() - usedSectors) * CowdHeader.SECTOR_BYTES - holeBytes;
        if (leaked > 0) {
            findings.add(
                    "cowd.leak",
                    Severity.LEAK,
                    -1,
                    leaked + " bytes below the last grain are not used by any entry",
                    Remedy.of(Kind.REPAIR_LEAKS).and(" gives them back"));
        }
    }
}
