package io.vmdisk.extent.sesparse;

import io.vmdisk.Finding;
import io.vmdisk.Finding.Severity;
import io.vmdisk.Progress;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.Sector;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Set;

/**
 * Rebuilds what follows from the grain tables: the free bitmap, the back map, the table count and an empty journal.
 *
 * <p>Guest data and tables stay as they are. What the tables say must be beyond doubt: a file in which a check finds
 * other errors, or whose journal must be replayed, is refused. Bits are set and made durable before others are cleared,
 * so a crash on the way leaves no live grain called free that was not before. Running it twice changes nothing more.
 */
final class SeSparseRepair {
    private static final Set<String> REPAIRED = Set.of(SeSparseChecker.BITMAP_FREE, SeSparseChecker.TABLE_COUNT);

    private final SeSparseFile opened;
    private final SeSparseLayout layout;
    private final BlockFile file;
    private final Progress progress;
    private final SeSparseDirectory directory;
    private final SeSparsePages bitmap;
    private final SeSparsePages backMap;
    private final long fileBytes;
    private long highestStored = -1;

    private SeSparseRepair(SeSparseFile opened, Progress progress) throws IOException {
        this.opened = opened;
        this.layout = opened.layout();
        this.file = opened.file();
        this.progress = progress;
        this.directory = SeSparseDirectory.read(opened, (slot, raw) -> {});
        this.bitmap = new SeSparsePages(file, layout.header().bitmap());
        this.backMap = new SeSparsePages(file, layout.header().backMap());
        this.fileBytes = file.size();
    }

    /** Repairs a file that nobody has open. */
    static void rebuildMaps(BlockFile file, Progress progress) throws IOException {
        SeSparseFile opened = SeSparseFile.read(file);
        opened.requireChangeable();
        for (Finding finding : SeSparseChecker.check(file, progress)) {
            if (finding.severity() == Severity.ERROR && !REPAIRED.contains(finding.id())) {
                throw new UnsafeStateException(
                        "damaged",
                        file.path(),
                        "the grain tables themselves are damaged: " + finding.message(),
                        Remedy.of(Kind.SALVAGE).and(" makes a new disk of what can be read"));
            }
        }
        new SeSparseRepair(opened, progress).run();
    }

    /** Bytes from the start of the file that hold all that a repair may change. */
    static long metadataBytes(BlockFile file) throws IOException {
        return Math.min(file.size(), SeSparseFile.read(file).layout().grainAt(0));
    }

    private void run() throws IOException {
        progress.begin("repairing " + file.path(), -1);
        SeSparseJournal.clear(opened);
        directory.forEachTable(this::mark);
        write();
        for (long first = 0; first == 0 || first <= highestStored; first += SeSparseLimits.PASS_GRAINS) {
            clearLeaks(first);
        }
        clearBits(roundedUp(highestStored + 1), layout.grainCount());
        write();
        resetTableCount();
    }

    private void mark(int slot, long table, ByteBuffer entries) throws IOException {
        progress.checkCancelled("repair");
        for (int entry = 0; entry < SeSparseLayout.ENTRIES_PER_TABLE; entry++) {
            long raw = entries.getLong(entry * Long.BYTES);
            long grain = (long) slot * SeSparseLayout.ENTRIES_PER_TABLE + entry;
            if (SeSparseEntryCheck.owns(layout, fileBytes, grain, raw)) {
                long stored = SeSparseEntry.grain(raw);
                bitmap.setBits(stored, 1, SeSparsePages.Bit.SET);
                backMap.setWord(stored, SeSparseEntry.backMap(table, entry));
                highestStored = Math.max(highestStored, stored);
            }
        }
    }

    private void write() throws IOException {
        bitmap.write();
        backMap.write();
        file.force();
    }

    private static long roundedUp(long stored) {
        return Sector.ceilDiv(stored, SeSparseLimits.PASS_GRAINS) * SeSparseLimits.PASS_GRAINS;
    }

    private void clearLeaks(long first) throws IOException {
        long end = Math.min(first + SeSparseLimits.PASS_GRAINS, layout.grainCount());
        BitSet live = new BitSet();
        directory.forEachTable((slot, table, entries) -> {
            progress.checkCancelled("repair");
            for (int entry = 0; entry < SeSparseLayout.ENTRIES_PER_TABLE; entry++) {
                long raw = entries.getLong(entry * Long.BYTES);
                long grain = (long) slot * SeSparseLayout.ENTRIES_PER_TABLE + entry;
                long stored = SeSparseEntry.grain(raw);
                if (SeSparseEntryCheck.owns(layout, fileBytes, grain, raw) && stored >= first && stored < end) {
                    live.set((int) (stored - first));
                }
            }
        });
        long next = first;
        while (next < end) {
            int used = live.nextSetBit((int) (next - first));
            clearBits(next, used < 0 ? end : first + used);
            next = used < 0 ? end : first + live.nextClearBit(used);
        }
    }

    /** Calls grains free that nothing names; back map entries of grains that were free already are left alone. */
    private void clearBits(long first, long end) throws IOException {
        long next = first;
        while (next < end) {
            long word = bitmap.word(next / Long.SIZE) >>> next;
            if (word == 0) {
                next = skipUnused((next / Long.SIZE + 1) * Long.SIZE);
            } else {
                next += Long.numberOfTrailingZeros(word);
                if (next < end) {
                    bitmap.setBits(next, 1, SeSparsePages.Bit.CLEAR);
                    backMap.setWord(next, 0);
                }
                next++;
            }
        }
    }

    /** Where a stretch of the bitmap was never written it needs no reading. */
    private long skipUnused(long stored) throws IOException {
        if (stored % SeSparsePages.PAGE_BITS != 0 || stored >= layout.grainCount()) {
            return stored;
        }
        long byteAt = layout.bitmapByteAt(stored);
        long data = file.nextData(byteAt);
        return stored + (data - byteAt) / Long.BYTES * Long.SIZE;
    }

    /** Tables that are free again must be empty: a host may count on that. */
    private void resetTableCount() throws IOException {
        long firstUnused = 0;
        for (int slot = 0; slot < directory.size(); slot++) {
            if (directory.has(slot)) {
                firstUnused = Math.max(firstUnused, directory.table(slot) + 1L);
            }
        }
        long counted = opened.state().freeTable();
        if (counted == firstUnused) {
            return;
        }
        long end = counted < 0 ? layout.tableRoom() : Math.min(counted, layout.tableRoom());
        for (long table = firstUnused; table < end; table++) {
            clearTable(table);
        }
        file.force();
        file.writeFully(
                layout.header().volatileHeader().offsetBytes(),
                opened.state().withFreeTable(firstUnused).encode());
        file.force();
    }

    private void clearTable(long table) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(SeSparseLayout.TABLE_BYTES);
        file.read(layout.tableAt(table), bytes);
        if (!SeSparseBytes.isZero(bytes)) {
            file.writeFully(layout.tableAt(table), SeSparseBytes.zeros(SeSparseLayout.TABLE_BYTES));
        }
    }
}
