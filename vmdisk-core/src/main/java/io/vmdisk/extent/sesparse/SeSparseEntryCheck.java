package io.vmdisk.extent.sesparse;

import io.vmdisk.Finding.Severity;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.extent.BoundedFindings;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The part of a check that looks at each table entry for itself, and at its back map entry. */
final class SeSparseEntryCheck {
    private static final String REMEDY_LOST = "restore the grain from a backup; all others can be salvaged";

    private final SeSparseLayout layout;
    private final BoundedFindings findings;
    private final SeSparsePages backMap;
    private final long fileBytes;
    private long highestStored = -1;

    SeSparseEntryCheck(SeSparseFile opened, BoundedFindings findings) throws IOException {
        this.layout = opened.layout();
        this.findings = findings;
        this.backMap = new SeSparsePages(opened.file(), layout.header().backMap());
        this.fileBytes = opened.file().size();
    }

    /** The last stored grain that an entry names, -1 if none does. */
    long highestStored() {
        return highestStored;
    }

    void table(int slot, long table, ByteBuffer entries) throws IOException {
        for (int entry = 0; entry < SeSparseLayout.ENTRIES_PER_TABLE; entry++) {
            long raw = entries.getLong(entry * Long.BYTES);
            if (raw != 0) {
                check((long) slot * SeSparseLayout.ENTRIES_PER_TABLE + entry, table, entry, raw);
            }
        }
    }

    private void check(long grain, long table, int entry, long raw) throws IOException {
        long at = layout.tableAt(table) + (long) entry * Long.BYTES;
        if (grain >= layout.grainCount()) {
            findings.add(
                    "sesparse.entry-behind-disk",
                    Severity.WARNING,
                    at,
                    "an entry for grain " + grain + " lies behind the end of the disk of " + layout.grainCount()
                            + " grains",
                    "");
            return;
        }
        switch (SeSparseEntry.kind(raw)) {
            case SeSparseEntry.DATA -> checkData(grain, table, entry, SeSparseEntry.grain(raw), at);
            case SeSparseEntry.ZERO -> {
                if (SeSparseEntry.payload(raw) != 0) {
                    findings.add(
                            "sesparse.zero-with-index",
                            Severity.INFO,
                            at,
                            "the entry of zero grain " + grain + " is 0x" + Long.toHexString(raw)
                                    + ", with bits that mean nothing",
                            "");
                }
            }
            case SeSparseEntry.UNMAPPED -> {}
            default ->
                findings.add(
                        "sesparse.entry",
                        Severity.ERROR,
                        at,
                        "the entry of grain " + grain + " is 0x" + Long.toHexString(raw) + " and means nothing",
                        REMEDY_LOST);
        }
    }

    private void checkData(long grain, long table, int entry, long stored, long at) throws IOException {
        if (stored >= layout.grainCount() || layout.grainAt(stored) + SeSparseLayout.GRAIN_BYTES > fileBytes) {
            findings.add(
                    "sesparse.grain-place",
                    Severity.ERROR,
                    at,
                    "grain " + grain + " is said to be in stored grain " + stored
                            + ", behind the end of the file; its data is lost",
                    REMEDY_LOST);
            return;
        }
        highestStored = Math.max(highestStored, stored);
        long owner = SeSparseEntry.backMap(table, entry);
        long found = backMap.word(stored);
        if (found != owner) {
            findings.add(
                    "sesparse.back-map",
                    Severity.WARNING,
                    layout.backMapEntryAt(stored),
                    "the back map says 0x" + Long.toHexString(found) + " of stored grain " + stored + ", 0x"
                            + Long.toHexString(owner) + " is right; a host that moves the grain would lose it",
                    Remedy.of(Kind.REPAIR_TABLES));
        }
    }

    /** Whether a table entry holds data inside the file, and so owns its stored grain. */
    static boolean owns(SeSparseLayout layout, long fileBytes, long grain, long raw) {
        if (SeSparseEntry.kind(raw) != SeSparseEntry.DATA || grain >= layout.grainCount()) {
            return false;
        }
        long stored = SeSparseEntry.grain(raw);
        return stored < layout.grainCount() && layout.grainAt(stored) + SeSparseLayout.GRAIN_BYTES <= fileBytes;
    }
}
