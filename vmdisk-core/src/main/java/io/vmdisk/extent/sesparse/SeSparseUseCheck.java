package io.vmdisk.extent.sesparse;

import io.vmdisk.Finding.Severity;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.extent.BoundedFindings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * The part of a check that compares all entries with each other and with the free bitmap, for a stretch of stored grains
 * at a time.
 */
final class SeSparseUseCheck {
    private final SeSparseFile opened;
    private final SeSparseLayout layout;
    private final BoundedFindings findings;
    private final SeSparsePages bitmap;
    private final long fileBytes;
    private final BitSet live = new BitSet();
    private long first;
    private long leaked;

    SeSparseUseCheck(SeSparseFile opened, BoundedFindings findings) throws IOException {
        this.opened = opened;
        this.layout = opened.layout();
        this.findings = findings;
        this.bitmap = new SeSparsePages(opened.file(), layout.header().bitmap());
        this.fileBytes = opened.file().size();
    }

    /** Looks at the stored grains from here on. */
    void begin(long firstStored) {
        first = firstStored;
        live.clear();
    }

    private long end() {
        return Math.min(first + SeSparseLimits.PASS_GRAINS, layout.grainCount());
    }

    void table(int slot, long table, ByteBuffer entries) {
        for (int entry = 0; entry < SeSparseLayout.ENTRIES_PER_TABLE; entry++) {
            long raw = entries.getLong(entry * Long.BYTES);
            long grain = (long) slot * SeSparseLayout.ENTRIES_PER_TABLE + entry;
            if (SeSparseEntryCheck.owns(layout, fileBytes, grain, raw)) {
                note(grain, SeSparseEntry.grain(raw), layout.tableAt(table) + (long) entry * Long.BYTES);
            }
        }
    }

    private void note(long grain, long stored, long at) {
        if (stored < first || stored >= end()) {
            return;
        }
        int bit = (int) (stored - first);
        if (live.get(bit)) {
            findings.add(
                    "sesparse.shared-grain",
                    Severity.ERROR,
                    at,
                    "grain " + grain + " is in stored grain " + stored + ", where another grain is too",
                    "one of both shows foreign data; restore from a backup");
        }
        live.set(bit);
    }

    /** All tables were seen: what they own is in use, and nothing else. */
    void compareBitmap() throws IOException {
        long[] words = live.toLongArray();
        for (long stored = first; stored < end(); stored += Long.SIZE) {
            int index = (int) ((stored - first) / Long.SIZE);
            long named = index < words.length ? words[index] : 0;
            long used = wordOf(stored);
            leaked += Long.bitCount(used & ~named);
            for (long lies = named & ~used; lies != 0; lies &= lies - 1) {
                long grain = stored + Long.numberOfTrailingZeros(lies);
                findings.add(
                        SeSparseChecker.BITMAP_FREE,
                        Severity.ERROR,
                        layout.bitmapByteAt(grain),
                        "stored grain " + grain + " holds data, but the free bitmap calls it free; a host will"
                                + " overwrite it",
                        Remedy.of(Kind.REPAIR_TABLES).and(" before a machine runs on it"));
            }
        }
    }

    /** Bits behind the last grain mean nothing. */
    private long wordOf(long stored) throws IOException {
        long word = bitmap.word(stored / Long.SIZE);
        long left = layout.grainCount() - stored;
        return left < Long.SIZE ? word & (1L << left) - 1 : word;
    }

    /** Counts the bits behind the last stretch that was looked at. */
    void finish() throws IOException {
        long next = end();
        while (next < layout.grainCount()) {
            long byteAt = layout.bitmapByteAt(next);
            long data = opened.file().nextData(byteAt);
            if (data > byteAt + Long.BYTES) {
                next += (data - byteAt) / Long.BYTES * Long.SIZE;
            } else {
                long stop = Math.min(layout.grainCount(), next + SeSparsePages.PAGE_BITS);
                for (; next < stop; next += Long.SIZE) {
                    leaked += Long.bitCount(wordOf(next));
                }
            }
        }
        if (leaked > 0) {
            findings.add(
                    "sesparse.leak",
                    Severity.LEAK,
                    -1,
                    leaked + " stored grains (" + leaked * SeSparseLayout.GRAIN_BYTES
                            + " bytes) are marked as used, but no entry names them",
                    Remedy.of(Kind.REPAIR_TABLES));
        }
    }
}
