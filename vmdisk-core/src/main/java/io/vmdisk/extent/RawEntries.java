package io.vmdisk.extent;

import java.nio.ByteBuffer;

/** Entries of directories and tables in little-endian buffers: 8 bytes, or 4 widened unsigned. */
final class RawEntries {
    private RawEntries() {}

    static long get(ByteBuffer bytes, int entry, int entryBytes) {
        return entryBytes == Integer.BYTES
                ? Integer.toUnsignedLong(bytes.getInt(entry * Integer.BYTES))
                : bytes.getLong(entry * Long.BYTES);
    }

    static void put(ByteBuffer bytes, int entry, int entryBytes, long raw) {
        if (entryBytes == Integer.BYTES) {
            bytes.putInt(entry * Integer.BYTES, (int) raw);
        } else {
            bytes.putLong(entry * Long.BYTES, raw);
        }
    }
}
