package io.vmdisk.extent;

import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * All places that the tables of a file name, as the file stands: what was changed in memory and not flushed is not seen.
 *
 * <p>Neighbouring tables are read at once, up to 64 KiB, past the cache; tables that lie in a hole are not read.
 */
public final class StoredGrains {
    private static final int READ_BYTES = 64 << 10;

    private final BlockFile file;
    private final GrainMap map;
    private final GrainGeometry geometry;
    private final EntryCodec codec;
    private final int tableBytes;

    /** What is told of each. */
    @FunctionalInterface
    public interface Sink {
        /** A grain of the disk, and where in the file it begins. */
        void grain(long grain, long fileOffset) throws IOException;
    }

    private StoredGrains(BlockFile file, GrainMap map) {
        this.file = file;
        this.map = map;
        this.geometry = map.geometry();
        this.codec = map.codec();
        this.tableBytes = geometry.entriesPerTable() * codec.entryBytes();
    }

    /** Those of a file with this map. */
    public static StoredGrains of(BlockFile file, GrainMap map) {
        return new StoredGrains(file, map);
    }

    /** Tells each grain that has a place, ascending, however many there are. */
    public void forEach(Sink sink) throws IOException {
        ByteBuffer tables =
                ByteBuffer.allocate(Math.max(READ_BYTES, tableBytes)).order(ByteOrder.LITTLE_ENDIAN);
        int first = map.nextTable(0);
        while (first < geometry.tables()) {
            long offset = map.tableOffset(first);
            int count = offset == GrainState.UNALLOCATED ? 0 : inARow(first, offset, tables.capacity() / tableBytes);
            if (count > 0 && file.nextData(offset) < offset + (long) count * tableBytes) {
                tables.clear().limit(count * tableBytes);
                file.readFully(offset, tables);
                tell(first, count, tables.flip(), sink);
            }
            first = map.nextTable(first + Math.max(1, count));
        }
    }

    private int inARow(int first, long offset, int most) throws IOException {
        int count = 1;
        while (count < most
                && first + count < geometry.tables()
                && map.rawDirectoryEntry(first + count) != 0
                && map.tableOffset(first + count) == offset + (long) count * tableBytes) {
            count++;
        }
        return count;
    }

    private void tell(int first, int count, ByteBuffer tables, Sink sink) throws IOException {
        long grain = (long) first * geometry.entriesPerTable();
        int entries = (int) Math.min((long) count * geometry.entriesPerTable(), geometry.grains() - grain);
        for (int entry = 0; entry < entries; entry++) {
            long raw = RawEntries.get(tables, entry, codec.entryBytes());
            if (raw != 0) {
                long state = codec.state(raw, grain + entry);
                if (GrainState.isData(state)) {
                    sink.grain(grain + entry, state);
                }
            }
        }
    }
}
