package io.vmdisk.extent;

import io.vmdisk.MalformedFileException;
import io.vmdisk.extent.GrainMap.Joining;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.testkit.MemoryVolume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * A format with long directories, for tests of the engine: 8-byte entries, 1100 tables of 64 grains of 1 KiB. An entry is a
 * state as it stands, plus one, so that 0 stays for nothing; {@link #BAD} is refused.
 */
final class WideFormat implements EntryCodec {
    static final int GRAIN = 1024;
    static final int ENTRIES = 64;
    static final int TABLE_BYTES = ENTRIES * Long.BYTES;
    static final int TABLES = 1100;
    static final int DIRECTORY = 512;
    static final int TABLES_AT = 64 << 10;
    static final int GRAINS_AT = 1 << 20;
    static final long BAD = 99;
    /** The last grain lacks a sector. */
    static final GrainGeometry GEOMETRY = new GrainGeometry((long) TABLES * ENTRIES * GRAIN - 512, GRAIN, ENTRIES);

    final MemoryVolume volume = new MemoryVolume();
    final BlockFile file;

    WideFormat() throws IOException {
        Path path = MemoryVolume.folder().resolve("wide");
        file = volume.open(path, OpenMode.CREATE);
        file.setSize(GRAINS_AT);
    }

    /** Places a table, by default where all of them follow each other. */
    WideFormat table(int table) throws IOException {
        return table(table, TABLES_AT + (long) table * TABLE_BYTES);
    }

    WideFormat table(int table, long rawEntry) throws IOException {
        file.writeFully(DIRECTORY + (long) table * Long.BYTES, word(rawEntry));
        return this;
    }

    /** Gives a grain a state, in a table at its default place. */
    WideFormat grain(long grain, long state) throws IOException {
        file.writeFully(TABLES_AT + grain * Long.BYTES, word(state + 1));
        return table((int) (grain / ENTRIES));
    }

    static ByteBuffer word(long value) {
        return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(0, value);
    }

    long stored(long at) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.readFully(at, bytes);
        return bytes.getLong(0);
    }

    GrainMap map() {
        return new GrainMap(file, GEOMETRY, this, DIRECTORY, new TableCache(1 << 20), Joining.NEIGHBOURS);
    }

    @Override
    public int entryBytes() {
        return Long.BYTES;
    }

    /** An odd entry names no table, though something stands there. */
    @Override
    public long tableOffset(long raw, int table) throws MalformedFileException {
        requireKnown(raw, "table " + table);
        return raw % 2 == 0 && raw != 0 ? raw : GrainState.UNALLOCATED;
    }

    @Override
    public long rawDirectoryEntry(long tableOffset) {
        return tableOffset;
    }

    @Override
    public long state(long raw, long grain) throws MalformedFileException {
        requireKnown(raw, "grain " + grain);
        return raw - 1;
    }

    private void requireKnown(long raw, String what) throws MalformedFileException {
        if (raw == BAD) {
            throw new MalformedFileException("entry", file.path(), -1, "99 means nothing for " + what);
        }
    }

    @Override
    public long rawEntry(long state) {
        return state + 1;
    }
}
