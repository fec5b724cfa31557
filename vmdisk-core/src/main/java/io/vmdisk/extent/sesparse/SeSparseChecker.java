package io.vmdisk.extent.sesparse;

import io.vmdisk.Finding;
import io.vmdisk.Finding.Severity;
import io.vmdisk.MalformedFileException;
import io.vmdisk.OperationCancelledException;
import io.vmdisk.Progress;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.VmdiskException;
import io.vmdisk.extent.BoundedFindings;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;

/**
 * Looks for all that can be wrong with the metadata of one SEsparse file; changes nothing.
 *
 * <p>Every table is read once for each 512 GiB of stored data, to find grains that are used twice and to compare the free
 * bitmap: memory stays at some 50 MiB whatever the size. Damage ends neither the check nor in an exception; headers that
 * can't be read are a finding, the only one.
 */
final class SeSparseChecker {
    static final String BITMAP_FREE = "sesparse.live-grain-free";
    static final String TABLE_COUNT = "sesparse.free-table";

    private static final String REMEDY_LOST = "restore the grains from a backup; all others can be salvaged";
    private static final Remedy REMEDY_MAPS = Remedy.of(Kind.REPAIR_TABLES);

    private final SeSparseFile opened;
    private final SeSparseLayout layout;
    private final BoundedFindings findings;
    private final Progress progress;
    private final SeSparseEntryCheck entries;
    private final SeSparseUseCheck use;

    private SeSparseChecker(SeSparseFile opened, BoundedFindings findings, Progress progress) throws IOException {
        this.opened = opened;
        this.layout = opened.layout();
        this.findings = findings;
        this.progress = progress;
        this.entries = new SeSparseEntryCheck(opened, findings);
        this.use = new SeSparseUseCheck(opened, findings);
    }

    /** Checks a file. */
    static List<Finding> check(BlockFile file, Progress progress) throws IOException {
        BoundedFindings findings = new BoundedFindings(file.path());
        try {
            new SeSparseChecker(SeSparseFile.read(file), findings, progress).run();
        } catch (OperationCancelledException e) {
            throw e;
        } catch (VmdiskException e) {
            findings.add(
                    "sesparse.unreadable",
                    Severity.ERROR,
                    e.offset().orElse(-1),
                    e.problem(),
                    e.remedy().isEmpty() ? Remedy.of(Kind.COPY_AGAIN) : e.remedy());
        }
        return findings.toList();
    }

    private void run() throws IOException {
        progress.begin("checking " + opened.file().path(), -1);
        checkHeaders();
        checkJournal();
        SeSparseDirectory directory = SeSparseDirectory.read(
                opened,
                (slot, raw) -> findings.add(
                        "sesparse.directory-entry",
                        Severity.ERROR,
                        layout.directoryEntryAt(slot),
                        "the directory entry of table " + slot + " is 0x" + Long.toHexString(raw)
                                + " and means nothing; 16 MiB are lost",
                        REMEDY_LOST));
        checkTables(directory);
        directory.forEachTable((slot, table, bytes) -> {
            progress.checkCancelled("check");
            progress.advance(SeSparseLayout.TABLE_BYTES);
            entries.table(slot, table, bytes);
        });
        for (long first = 0; first == 0 || first < entries.highestStored() + 1; first += SeSparseLimits.PASS_GRAINS) {
            use.begin(first);
            directory.forEachTable((slot, table, bytes) -> {
                progress.checkCancelled("check");
                use.table(slot, table, bytes);
            });
            use.compareBitmap();
        }
        use.finish();
        checkEnd();
    }

    private void checkHeaders() {
        if (layout.header().sectorFormat() != SeSparseHeader.CLASSIC_SECTOR_FORMAT) {
            findings.add(
                    "sesparse.sector-format",
                    Severity.INFO,
                    SeSparseHeader.AT_SECTOR_FORMAT,
                    "the header names a sector size of 512, as newer hosts do; qemu-img refuses such a file",
                    "");
        }
        if (layout.header().hasUnknownBytes() || opened.state().hasUnknownBytes()) {
            findings.add(
                    "sesparse.unknown-bytes",
                    Severity.WARNING,
                    -1,
                    "the headers hold bytes that no known version writes; the file is read but not changed",
                    "");
        }
        if (!layout.isAsHost(opened.file().path())) {
            findings.add(
                    "sesparse.regions",
                    Severity.WARNING,
                    SeSparseHeader.AT_REGIONS,
                    "the regions lie elsewhere than a host puts them; a host may refuse the file",
                    "convert the disk");
        }
    }

    private void checkJournal() throws IOException {
        if (opened.state().replayJournal() != 0) {
            findings.add(
                    "sesparse.journal",
                    Severity.WARNING,
                    layout.header().volatileHeader().offsetBytes() + SeSparseVolatileHeader.AT_REPLAY_JOURNAL,
                    "a machine runs on this disk or its host crashed; what follows may be settled in the journal",
                    "power the machine on and off once on its host");
        }
        try {
            SeSparseJournal.header(opened);
        } catch (MalformedFileException e) {
            findings.add(
                    "sesparse.journal-header",
                    Severity.WARNING,
                    e.offset().orElse(-1),
                    e.problem() + "; a host may refuse the file",
                    REMEDY_MAPS);
        }
    }

    /** Directory and table count: who has which table, and whether a host can still get one for every entry. */
    private void checkTables(SeSparseDirectory directory) {
        long free = opened.state().freeTable();
        BitSet used = new BitSet();
        for (int slot = 0; slot < directory.size(); slot++) {
            if (!directory.has(slot)) {
                continue;
            }
            if (used.get(directory.table(slot))) {
                findings.add(
                        "sesparse.shared-table",
                        Severity.ERROR,
                        layout.directoryEntryAt(slot),
                        "directory entry " + slot + " names grain table " + directory.table(slot)
                                + ", which another has",
                        REMEDY_LOST);
                directory.leaveOut(slot);
            } else {
                used.set(directory.table(slot));
            }
        }
        long at = layout.header().volatileHeader().offsetBytes() + SeSparseVolatileHeader.AT_FREE_TABLE;
        if (free < used.length() || free > layout.tableRoom()) {
            findings.add(
                    TABLE_COUNT,
                    Severity.ERROR,
                    at,
                    "the volatile header calls tables from " + Long.toUnsignedString(free) + " on free, but "
                            + used.length() + " is right; a host would use a table twice or find none",
                    REMEDY_MAPS);
        } else if (free > used.cardinality()) {
            findings.add(
                    "sesparse.table-leak",
                    Severity.LEAK,
                    at,
                    (free - used.cardinality()) + " grain tables are counted as used, but no entry names them; a host"
                            + " has none left then for the last parts of the disk that are written first",
                    REMEDY_MAPS);
        }
    }

    private void checkEnd() throws IOException {
        long used = layout.grainAt(entries.highestStored() + 1);
        long behind = opened.file().size() - used;
        if (behind > 0) {
            findings.add(
                    "sesparse.tail",
                    Severity.INFO,
                    used,
                    behind + " bytes at the end of the file are not used by any entry",
                    "");
        }
    }
}
