package io.vmdisk.extent;

import io.vmdisk.Sector;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * One grain table in memory, with the bytes it has on disk.
 *
 * <p>Entries are read without a lock; changes and eviction exclude each other on the table's monitor. A changed table
 * remembers which of its sectors a flush must write, and is not evicted before that.
 */
final class GrainTable {
    static final int SECTOR = Sector.BYTES;
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    final int index;
    final byte[] bytes;
    private final int entryBytes;
    private final DirectoryPage page;
    private long dirtySectors;
    private boolean evicted;

    /** Set by readers, cleared by the cache's clock: a hint only, so races do no harm. */
    boolean recentlyUsed = true;

    GrainTable(int index, byte[] bytes, int entryBytes, DirectoryPage page) {
        this.index = index;
        this.bytes = bytes;
        this.entryBytes = entryBytes;
        this.page = page;
        if (bytes.length > Long.SIZE * SECTOR) {
            throw new IllegalArgumentException("a table of " + bytes.length + " bytes");
        }
    }

    long raw(int entry) {
        return entryBytes == Integer.BYTES
                ? Integer.toUnsignedLong((int) INT.get(bytes, entry * Integer.BYTES))
                : (long) LONG.get(bytes, entry * Long.BYTES);
    }

    /** Changes an entry; false if the table was evicted meanwhile and must be fetched again. */
    synchronized boolean set(int entry, long raw) {
        if (evicted) {
            return false;
        }
        int at = entry * entryBytes;
        if (entryBytes == Integer.BYTES) {
            INT.set(bytes, at, (int) raw);
        } else {
            LONG.set(bytes, at, raw);
        }
        dirtySectors |= 1L << (at / SECTOR);
        return true;
    }

    synchronized boolean isDirty() {
        return dirtySectors != 0;
    }

    synchronized long dirtySectors() {
        return dirtySectors;
    }

    synchronized void clean() {
        dirtySectors = 0;
    }

    /** Leaves memory unless it is changed. */
    synchronized boolean evict() {
        if (dirtySectors != 0) {
            return false;
        }
        evicted = true;
        page.drop(this);
        return true;
    }
}
