package io.vmdisk.extent.sesparse;

import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.extent.GrainMap;
import io.vmdisk.extent.GrainState;
import java.io.IOException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * Hands out grain tables in the order of first use, as a host does.
 *
 * <p>A host only ever counts up, and so must not run out: a table that a crash left behind, below the count and in no
 * directory entry, is taken first. A table is zeroed before it is given away. Not thread-safe.
 */
final class SeSparseTables {
    private final SeSparseFile opened;
    private final SeSparseLayout layout;
    private final GrainMap map;
    private final BitSet used = new BitSet();
    private final Map<Integer, Long> reserved = new HashMap<>();
    private long firstUnused;

    private SeSparseTables(SeSparseFile opened, GrainMap map) {
        this.opened = opened;
        this.layout = opened.layout();
        this.map = map;
        this.firstUnused = opened.state().freeTable();
    }

    /**
     * Looks at the whole directory.
     *
     * @throws UnsafeStateException if two entries share a table, or the count lies about one: a host would give it away
     */
    static SeSparseTables scan(SeSparseFile opened, GrainMap map) throws IOException {
        SeSparseTables tables = new SeSparseTables(opened, map);
        tables.requireCount();
        for (int slot = map.nextTable(0); slot < tables.layout.tableCount(); slot = map.nextTable(slot + 1)) {
            tables.note(slot);
        }
        return tables;
    }

    private void requireCount() throws UnsafeStateException {
        if (firstUnused < 0 || firstUnused > layout.tableRoom()) {
            throw unsafe("the volatile header counts " + Long.toUnsignedString(firstUnused)
                    + " grain tables, the file has room for " + layout.tableRoom());
        }
    }

    private void note(int slot) throws IOException {
        long named = layout.tableIn(map.tableOffset(slot));
        if (named >= layout.tableCount()) {
            throw unsafe("directory entry " + slot + " names grain table " + named + ", a disk of this size has "
                    + layout.tableCount());
        }
        int table = (int) named;
        if (used.get(table)) {
            throw unsafe("two directory entries name grain table " + table);
        }
        if (table >= firstUnused) {
            throw unsafe("grain table " + table + " is in use, but the volatile header calls tables from "
                    + Long.toUnsignedString(firstUnused) + " on free");
        }
        used.set(table);
    }

    private UnsafeStateException unsafe(String problem) {
        return new UnsafeStateException(
                "damaged",
                opened.file().path(),
                problem,
                Remedy.of(Kind.CHECK).and(" shows what else is wrong; the disk can be read and converted"));
    }

    /** The table that a directory entry has, or will have. */
    long of(int slot) throws IOException {
        long at = map.tableOffset(slot);
        if (at != GrainState.UNALLOCATED) {
            return layout.tableIn(at);
        }
        Long known = reserved.get(slot);
        if (known != null) {
            return known;
        }
        int table = used.nextClearBit(0);
        opened.file().writeFully(layout.tableAt(table), SeSparseBytes.zeros(SeSparseLayout.TABLE_BYTES));
        used.set(table);
        reserved.put(slot, (long) table);
        firstUnused = Math.max(firstUnused, table + 1L);
        return table;
    }

    /** Gives away the table of a directory entry that has none. */
    long take(int slot) throws IOException {
        long table = of(slot);
        reserved.remove(slot);
        return table;
    }

    /** What the volatile header must say. */
    SeSparseVolatileHeader state() {
        return opened.state().withFreeTable(firstUnused);
    }
}
