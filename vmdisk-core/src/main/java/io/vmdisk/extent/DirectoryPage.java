package io.vmdisk.extent;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of a grain directory: raw entries and the tables that are in memory.
 *
 * <p>Paged, because the directory of a 62 TiB disk has four million entries, of which a nearly empty disk uses none.
 */
final class DirectoryPage {
    /** Entries of a page: 4 KiB of the widest entries. */
    static final int ENTRIES = 512;

    private final int firstTable;
    private final long[] raw;
    private final AtomicReferenceArray<@Nullable GrainTable> tables;
    private volatile boolean empty;

    DirectoryPage(int firstTable, long[] raw) {
        this.firstTable = firstTable;
        this.raw = raw;
        this.tables = new AtomicReferenceArray<>(raw.length);
        this.empty = isEmpty(raw);
    }

    private static boolean isEmpty(long[] raw) {
        for (long entry : raw) {
            if (entry != 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether no entry names a table. */
    boolean isEmpty() {
        return empty;
    }

    long raw(int table) {
        return raw[table - firstTable];
    }

    void setRaw(int table, long entry) {
        raw[table - firstTable] = entry;
        empty = false;
    }

    @Nullable
    GrainTable cached(int table) {
        return tables.get(table - firstTable);
    }

    void keep(GrainTable table) {
        tables.set(table.index - firstTable, table);
    }

    void drop(GrainTable table) {
        tables.compareAndSet(table.index - firstTable, table, null);
    }
}
