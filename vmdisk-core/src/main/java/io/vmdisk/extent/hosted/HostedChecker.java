package io.vmdisk.extent.hosted;

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
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks for all that can be wrong with the metadata of one hosted sparse or stream-optimised file; changes nothing.
 *
 * <p>Every table is read once for each 64 GiB of the file's length, to find space that is used twice: memory stays at 20
 * MiB whatever the size. Damage ends neither the check nor in an exception; an unreadable header is a finding, the only
 * one. Of a stream the head of each grain is read too, no data.
 */
final class HostedChecker {
    private static final int SECTOR = HostedLayout.SECTOR;
    /** A crash ended a move of grains: the copies of the tables name different places of the same bytes. */
    static final String MOVING = "hosted.moving";
    /** A crash ended a flush: one copy of the tables is newer. */
    private static final String CUT = "hosted.flush-cut";

    private static final Remedy LOST = Remedy.say("restore the grains from a backup; all others can be salvaged");
    private static final Remedy CLEAN = Remedy.of(Kind.REPAIR_TABLES);

    private final BlockFile file;
    private final HostedHeader header;
    private final HostedLayout layout;
    private final Progress progress;
    private final BoundedFindings findings;
    private final HostedTableReader tables;
    private final HostedEntryCheck entries;
    private final GrainTwins twins;
    private final CutFlush cutFlush;
    private final SectorUse use = new SectorUse();
    private final long fileSectors;
    private long freeGrains;

    private HostedChecker(
            BlockFile file, HostedHeader header, HostedLayout layout, Progress progress, BoundedFindings findings)
            throws IOException {
        this.file = file;
        this.header = header;
        this.layout = layout;
        this.progress = progress;
        this.findings = findings;
        this.tables = new HostedTableReader(file, header, layout);
        this.entries = new HostedEntryCheck(file, header, findings, use);
        this.twins = new GrainTwins(file, header);
        this.cutFlush = new CutFlush(file, header, tables);
        this.fileSectors = Sector.ceilDiv(file.size(), SECTOR);
    }

    /** Checks a file. */
    static List<Finding> check(BlockFile file, Progress progress) throws IOException {
        BoundedFindings findings = new BoundedFindings(file.path());
        try {
            HostedHeader header = HostedExtents.header(file);
            if (header.capacitySectors() == 0) {
                return List.of();
            }
            HostedExtents.requireGrain(header, file.path());
            HostedLayout layout = HostedLayout.of(
                    header.capacitySectors(), header.grainSectors(), header.entriesPerTable(), file.path());
            new HostedChecker(file, header, layout, progress, findings).run();
        } catch (OperationCancelledException e) {
            throw e;
        } catch (VmdiskException e) {
            findings.add(
                    unreadableId(e),
                    Severity.ERROR,
                    e.offset().orElse(-1),
                    e.problem(),
                    e.remedy().isEmpty() ? Remedy.of(Kind.COPY_AGAIN) : e.remedy());
        }
        return findings.toList();
    }

    private static String unreadableId(VmdiskException e) {
        return e.code().equals("malformed.footer-missing") ? "stream.footer-missing" : "hosted.unreadable";
    }

    private void run() throws IOException {
        checkHeader();
        boolean tablesLast = checkFooter();
        progress.begin("checking " + file.path(), -1);
        StreamGaps stream = header.has(HostedFlags.MARKERS) ? new StreamGaps(file, header, layout, findings) : null;
        long start = 0;
        do {
            use.begin(start);
            claimMetadata();
            tables.forEachTable(progress, "check", this::checkTable);
            if (!findings.hasErrors()) {
                use.gaps(firstGrainSector(), file.size() / SECTOR, stream == null ? this::gap : stream::look);
            }
            start += SectorUse.WINDOW_SECTORS;
        } while (!use.isDone(fileSectors));
        if (findings.hasErrors()) {
            return;
        }
        if (stream != null) {
            stream.finish(tablesLast);
        }
        if (freeGrains > 0) {
            findings.add(
                    "hosted.leak",
                    Severity.LEAK,
                    -1,
                    freeGrains * header.grainSectors() * SECTOR + " bytes in " + freeGrains
                            + " grains are held but used by no entry",
                    Remedy.of(Kind.REPAIR_LEAKS).and(" gives them back"));
        }
    }

    private void checkHeader() throws IOException {
        if (header.unclean()) {
            findings.add(
                    "hosted.unclean",
                    Severity.WARNING,
                    HostedHeader.AT_UNCLEAN,
                    "the file was not closed in order: whoever changed it last crashed, or still runs",
                    CLEAN);
        }
        if (header.has(HostedFlags.ZEROED_GRAINS) && header.version() < 2) {
            findings.add(
                    "hosted.version",
                    Severity.INFO,
                    4,
                    "version 1 with grains of zeros, which are of version 2; older products may refuse the file",
                    "");
        }
        if (header.overheadSectors() < 0 || header.overheadSectors() > fileSectors) {
            findings.add(
                    "hosted.cut",
                    Severity.ERROR,
                    64,
                    "grains begin at sector " + Long.toUnsignedString(header.overheadSectors())
                            + ", but the file ends at sector " + fileSectors,
                    "copy the file again");
        }
        if (!tables.hasPrimary()) {
            findings.add(
                    "hosted.directory-place",
                    Severity.ERROR,
                    HostedHeader.AT_DIRECTORY,
                    "the grain directory at sector " + Long.toUnsignedString(header.directorySector())
                            + " does not fit into the file of " + file.size() + " bytes",
                    tables.hasRedundant()
                            ? CLEAN.and(" finds it by the redundant one, which is read until then")
                            : Remedy.of(Kind.COPY_AGAIN));
        }
        if (header.has(HostedFlags.REDUNDANT_TABLES) && !tables.hasRedundant()) {
            findings.add(
                    "hosted.redundant-directory-place",
                    Severity.ERROR,
                    HostedHeader.AT_REDUNDANT_DIRECTORY,
                    "the redundant grain directory at sector "
                            + Long.toUnsignedString(header.redundantDirectorySector()) + " does not fit into the file",
                    "copy the file again, or convert the disk");
        }
    }

    /** Whether the file's header leaves the place of its tables to a footer. */
    private boolean checkFooter() throws IOException {
        ByteBuffer sector = ByteBuffer.allocate(HostedHeader.SIZE);
        file.readFully(0, sector);
        HostedHeader first = HostedHeader.parse(sector.flip(), file.path(), 0);
        if (first.directorySector() != HostedHeader.DIRECTORY_AT_END) {
            return false;
        }
        if (first.capacitySectors() != header.capacitySectors()
                || first.descriptorSector() != header.descriptorSector()
                || first.overheadSectors() != header.overheadSectors()) {
            findings.add(
                    "stream.footer-differs",
                    Severity.WARNING,
                    12,
                    "header and footer differ"
                            + difference("capacity in sectors", first.capacitySectors(), header.capacitySectors())
                            + difference("descriptor's sector", first.descriptorSector(), header.descriptorSector())
                            + difference("sectors of metadata", first.overheadSectors(), header.overheadSectors())
                            + "; the footer is believed",
                    "convert the disk");
        }
        return true;
    }

    private static String difference(String what, long first, long last) {
        return first == last
                ? ""
                : ", " + what + " " + Long.toUnsignedString(first) + " and " + Long.toUnsignedString(last);
    }

    private long firstGrainSector() {
        return Math.max(descriptorEnd(header, fileSectors), header.overheadSectors());
    }

    /** Where the descriptor ends, or the header if there is none that fits. */
    static long descriptorEnd(HostedHeader header, long fileSectors) {
        long sector = header.descriptorSector();
        long count = header.descriptorSectors();
        boolean fits = sector > 0 && count >= 0 && sector <= fileSectors && count <= fileSectors - sector;
        return fits ? sector + count : 1;
    }

    private void claimMetadata() {
        claim("header", 0, 1, 0);
        if (header.descriptorSector() != 0 && header.descriptorSectors() != 0) {
            long sector = header.descriptorSector();
            long count = header.descriptorSectors();
            if (descriptorEnd(header, fileSectors) == 1) {
                if (isFirst()) {
                    findings.add(
                            "hosted.descriptor-place",
                            Severity.ERROR,
                            HostedHeader.AT_DESCRIPTOR,
                            "the embedded descriptor of " + Long.toUnsignedString(count) + " sectors at sector "
                                    + Long.toUnsignedString(sector) + " does not fit into the file",
                            Remedy.of(Kind.SALVAGE).and(" makes a new disk of what can be read"));
                }
            } else {
                claim("descriptor", sector, count, HostedHeader.AT_DESCRIPTOR);
            }
        }
        if (tables.hasPrimary()) {
            claim("grain directory", header.directorySector(), layout.directorySectors(), HostedHeader.AT_DIRECTORY);
        }
        if (isOneDirectory()) {
            findings.add(
                    "hosted.one-directory",
                    Severity.WARNING,
                    HostedHeader.AT_REDUNDANT_DIRECTORY,
                    "both grain directories are the one at sector " + header.directorySector()
                            + ", so there is no copy if it gets damaged",
                    "convert the disk");
        } else if (tables.hasRedundant()) {
            claim(
                    "redundant grain directory",
                    header.redundantDirectorySector(),
                    layout.directorySectors(),
                    HostedHeader.AT_REDUNDANT_DIRECTORY);
        }
    }

    private boolean isOneDirectory() {
        return tables.hasPrimary()
                && tables.hasRedundant()
                && header.directorySector() == header.redundantDirectorySector();
    }

    private boolean isFirst() {
        return use.start() == 0;
    }

    /** Whether all of it was free. */
    private boolean claim(String what, long sector, long count, long at) {
        long taken = use.claim(sector, count);
        if (taken != SectorUse.FREE) {
            findings.add(
                    "hosted.shared-space",
                    Severity.ERROR,
                    at,
                    what + " at sector " + sector + " shares sector " + taken + " with another",
                    "one of both shows foreign data; restore from a backup");
        }
        return taken == SectorUse.FREE;
    }

    private void checkTable(
            int table, long sector, @Nullable ByteBuffer primary, long redundantSector, @Nullable ByteBuffer redundant)
            throws IOException {
        if (isFirst()) {
            checkDirectories(table, sector, redundantSector);
            if (primary != null && redundant != null && primary.mismatch(redundant) >= 0) {
                compare(table, sector, primary, redundant);
            }
        }
        boolean alone =
                primary != null && claim("table " + table, sector, layout.tableSectors(), tables.entryAt(table));
        boolean redundantAlone = redundant != null
                && !isOneDirectory()
                && claim(
                        "redundant table " + table,
                        redundantSector,
                        layout.tableSectors(),
                        tables.redundantEntryAt(table));
        if (primary != null && alone) {
            entries.check(table, sector, primary);
        } else if (redundant != null && redundantAlone && primary == null) {
            entries.check(table, redundantSector, redundant);
        }
    }

    private void checkDirectories(int table, long sector, long redundantSector) {
        if (sector > 1 && !tables.isTable(sector)) {
            findings.add(
                    "hosted.table-place",
                    Severity.ERROR,
                    tables.entryAt(table),
                    "table " + table + " is said to be at sector " + sector + ", the file ends at sector " + fileSectors
                            + "; all its grains are lost",
                    tables.isTable(redundantSector) ? CLEAN : LOST);
        } else if (sector <= 1 && tables.hasPrimary() && tables.isTable(redundantSector)) {
            findings.add(
                    header.unclean() ? CUT : "hosted.directories-differ",
                    header.unclean() ? Severity.LEAK : Severity.ERROR,
                    tables.entryAt(table),
                    "table " + table + " is missing, but the redundant directory has it at sector " + redundantSector,
                    CLEAN);
        } else if (sector <= 1 && tables.hasPrimary() && !header.has(HostedFlags.COMPRESSED)) {
            findings.add(
                    "hosted.table-missing",
                    Severity.WARNING,
                    tables.entryAt(table),
                    "table " + table + " does not exist; qemu destroys the file when it writes there",
                    "let no other program write to it, or convert it");
        }
        if (tables.hasRedundant() && !tables.isTable(redundantSector) && tables.isTable(sector)) {
            findings.add(
                    "hosted.redundant-table-place",
                    Severity.ERROR,
                    tables.redundantEntryAt(table),
                    "redundant table " + table + " is said to be at sector " + redundantSector
                            + ", where no table can be; the file ends at sector " + fileSectors,
                    CLEAN);
        }
    }

    private void compare(int table, long sector, ByteBuffer primary, ByteBuffer redundant) throws IOException {
        for (int entry = 0; entry < header.entriesPerTable(); entry++) {
            int one = primary.getInt(entry * Integer.BYTES);
            int other = redundant.getInt(entry * Integer.BYTES);
            if (one != other) {
                // Whoever moves grains has marked the file before; in others nothing needs to be read for this.
                boolean moved =
                        header.unclean() && twins.areEqual(Integer.toUnsignedLong(one), Integer.toUnsignedLong(other));
                CutFlush.Cause cause = moved
                        ? CutFlush.Cause.CRASH
                        : cutFlush.causeOf(Integer.toUnsignedLong(one), Integer.toUnsignedLong(other));
                boolean cut = cause != CutFlush.Cause.DAMAGE;
                findings.add(
                        moved ? MOVING : cut ? CUT : "hosted.tables-differ",
                        moved ? Severity.WARNING : cut ? Severity.LEAK : Severity.ERROR,
                        sector * SECTOR + (long) entry * Integer.BYTES,
                        "grain " + ((long) table * header.entriesPerTable() + entry) + " is at sector "
                                + Integer.toUnsignedLong(one) + " by the table, at "
                                + Integer.toUnsignedLong(other) + " by the redundant table"
                                + (moved ? "; both hold the same: a crash ended a move" : of(cause)),
                        CLEAN);
            }
        }
    }

    private static String of(CutFlush.Cause cause) {
        return switch (cause) {
            case CRASH -> "; a crash cut a flush off, the table is what is read";
            case CRASH_OR_LOSS ->
                "; a crash cut a flush off, or the table lost the grain, which is not among the newest";
            case DAMAGE -> "";
        };
    }

    /** Grains that were freed, or leaked by programs that never reuse space; a hole holds nothing. */
    private void gap(long first, long end) throws IOException {
        long grain = header.grainSectors();
        long from = Sector.roundUp(first, grain);
        long to = end / grain * grain;
        if (from < to && file.nextData(from * SECTOR) < to * SECTOR) {
            freeGrains += (to - from) / grain;
        }
    }
}
