package io.vmdisk.extent;

import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** The directory and the tables as they stand in a file; what can't be read is refused. */
final class StoredTables implements MapSource {
    private final BlockFile file;
    private final EntryCodec codec;
    private final long directoryOffset;
    private final int tableBytes;

    /** @param directoryOffset file offset of the directory */
    StoredTables(BlockFile file, GrainGeometry geometry, EntryCodec codec, long directoryOffset) {
        this.file = file;
        this.codec = codec;
        this.directoryOffset = directoryOffset;
        this.tableBytes = Math.multiplyExact(geometry.entriesPerTable(), codec.entryBytes());
    }

    @Override
    public long[] directory(int first, int count) throws IOException {
        int entryBytes = codec.entryBytes();
        ByteBuffer bytes = ByteBuffer.allocate(count * entryBytes).order(ByteOrder.LITTLE_ENDIAN);
        file.readFully(directoryOffset + (long) first * entryBytes, bytes);
        long[] raw = new long[count];
        for (int i = 0; i < count; i++) {
            raw[i] = RawEntries.get(bytes, i, entryBytes);
        }
        return raw;
    }

    @Override
    public byte @Nullable [] table(int table, long rawEntry) throws IOException {
        long offset = codec.tableOffset(rawEntry, table);
        if (offset == GrainState.UNALLOCATED) {
            return null;
        }
        byte[] bytes = new byte[tableBytes];
        file.readFully(offset, ByteBuffer.wrap(bytes));
        return bytes;
    }
}
