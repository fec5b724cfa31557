package io.vmdisk.extent;

import io.vmdisk.extent.GrainMap.Joining;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.testkit.MemoryVolume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The simplest of formats, for tests of the engine: three tables with four grains of 4 KiB each, the first table there
 * from the start. An entry is the file offset in grains, 1 stands for zeros.
 */
final class TinyFormat implements EntryCodec {
    static final int GRAIN = 4096;
    static final int DIRECTORY = 512;
    static final int TABLE = 1024;
    static final int ENTRIES = 4;
    /** The last grain lacks a sector. */
    static final GrainGeometry GEOMETRY = new GrainGeometry(3L * ENTRIES * GRAIN - 512, GRAIN, ENTRIES);

    final MemoryVolume volume = new MemoryVolume();
    private final Path path = MemoryVolume.folder().resolve("disk");

    /** A file whose first table has these entries. */
    BlockFile file(int... entries) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(64 * GRAIN).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(DIRECTORY, TABLE);
        for (int i = 0; i < entries.length; i++) {
            bytes.putInt(TABLE + i * Integer.BYTES, entries[i]);
        }
        volume.put(path, bytes.array());
        return volume.open(path, OpenMode.WRITE);
    }

    GrainMap map(BlockFile file, Joining joining) {
        return new GrainMap(file, GEOMETRY, this, DIRECTORY, new TableCache(1 << 20), joining);
    }

    /** What stands in the file, whatever is in memory. */
    int stored(int offset) throws IOException {
        return ByteBuffer.wrap(volume.bytes(path))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt(offset);
    }

    /** The first byte of a grain of the file. */
    int byteOf(int grain) throws IOException {
        return volume.bytes(path)[grain * GRAIN];
    }

    @Override
    public int entryBytes() {
        return Integer.BYTES;
    }

    @Override
    public long tableOffset(long raw, int table) {
        return raw == 0 ? GrainState.UNALLOCATED : raw;
    }

    @Override
    public long rawDirectoryEntry(long tableOffset) {
        return tableOffset;
    }

    @Override
    public long state(long raw, long grain) {
        if (raw == 0) {
            return GrainState.UNALLOCATED;
        }
        return raw == 1 ? GrainState.ZERO : raw * GRAIN;
    }

    @Override
    public long rawEntry(long state) {
        if (state == GrainState.UNALLOCATED) {
            return 0;
        }
        return state == GrainState.ZERO ? 1 : state / GRAIN;
    }

    /** Grains from number 20 on, in a row; tables at 2048 and behind. What was called is written down. */
    static final class Space implements GrainSpace {
        static final long NEW_TABLE = 2048;
        static final int FIRST_FREE = 20;

        final List<String> calls = new ArrayList<>();
        private final long zeroMark;
        private int next = FIRST_FREE;
        private int tables;

        Space(long zeroMark) {
            this.zeroMark = zeroMark;
        }

        @Override
        public void beforeFirstChange() {
            calls.add("begin");
        }

        @Override
        public GrainSpan allocate(long firstGrain, int wanted) {
            calls.add("allocate " + wanted + " for " + firstGrain);
            int first = next;
            next += wanted;
            return new GrainSpan((long) first * GRAIN, wanted);
        }

        @Override
        public void take(long firstGrain, GrainSpan places) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void free(long grain, long fileOffset) {
            calls.add("free " + fileOffset / GRAIN + " of " + grain);
        }

        @Override
        public long allocateTable(int table) {
            calls.add("table " + table);
            return NEW_TABLE + 512L * tables++;
        }

        @Override
        public long zeroMark() {
            return zeroMark;
        }

        @Override
        public long unmapMark() {
            return zeroMark;
        }

        @Override
        public void flush(GrainMap map) {
            calls.add("flush");
        }

        @Override
        public void close() {
            calls.add("close");
        }
    }
}
