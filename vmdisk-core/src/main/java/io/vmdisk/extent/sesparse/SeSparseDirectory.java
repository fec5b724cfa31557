package io.vmdisk.extent.sesparse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The whole grain directory in memory, four bytes for each table of the disk (16 MiB at most), for work that visits every
 * table several times whatever state they are in.
 */
final class SeSparseDirectory {
    private static final int NONE = -1;
    private static final int CHUNK_ENTRIES = 4096;

    private final SeSparseFile opened;
    private final int[] tables;

    private SeSparseDirectory(SeSparseFile opened) {
        this.opened = opened;
        this.tables = new int[opened.layout().tableCount()];
    }

    /** Told of entries that name no table that exists. */
    @FunctionalInterface
    interface BadEntrySink {
        void badEntry(int slot, long raw);
    }

    /** Given the entries of each table. */
    @FunctionalInterface
    interface TableSink {
        void table(int slot, long table, ByteBuffer entries) throws IOException;
    }

    /** Reads the directory; bad entries are told and then count as none. */
    static SeSparseDirectory read(SeSparseFile opened, BadEntrySink bad) throws IOException {
        SeSparseDirectory directory = new SeSparseDirectory(opened);
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_ENTRIES * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int first = 0; first < directory.tables.length; first += CHUNK_ENTRIES) {
            int count = Math.min(CHUNK_ENTRIES, directory.tables.length - first);
            chunk.clear().limit(count * Long.BYTES);
            opened.file().readFully(opened.layout().directoryEntryAt(first), chunk);
            for (int i = 0; i < count; i++) {
                directory.note(first + i, chunk.getLong(i * Long.BYTES), bad);
            }
        }
        return directory;
    }

    private void note(int slot, long raw, BadEntrySink bad) {
        boolean exists = SeSparseEntry.isTable(raw)
                && SeSparseEntry.table(raw) < opened.layout().tableRoom();
        tables[slot] = exists ? (int) SeSparseEntry.table(raw) : NONE;
        if (!exists && raw != 0) {
            bad.badEntry(slot, raw);
        }
    }

    /** How many entries there are. */
    int size() {
        return tables.length;
    }

    /** Whether an entry names a table. */
    boolean has(int slot) {
        return tables[slot] != NONE;
    }

    /** The table that an entry names. */
    int table(int slot) {
        return tables[slot];
    }

    /** Takes an entry for none. */
    void leaveOut(int slot) {
        tables[slot] = NONE;
    }

    /** Reads every table, one after the other in the order of the disk. */
    void forEachTable(TableSink sink) throws IOException {
        ByteBuffer entries = ByteBuffer.allocate(SeSparseLayout.TABLE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int slot = 0; slot < tables.length; slot++) {
            if (has(slot)) {
                entries.clear();
                opened.file().readFully(opened.layout().tableAt(tables[slot]), entries);
                sink.table(slot, tables[slot], entries);
            }
        }
    }
}
