package io.vmdisk.extent.sesparse;

import io.vmdisk.MalformedFileException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * The volatile header: sector 1, rewritten in place.
 *
 * @param freeTable the first grain table that was never handed out; all from here on are free
 * @param nextTransaction the number that the next journal transaction takes
 * @param replayJournal 0 after a clean close; anything else means the tables are older than the journal
 * @param tail the bytes behind the last known field, zero in every file seen
 */
record SeSparseVolatileHeader(long freeTable, long nextTransaction, long replayJournal, ByteBuffer tail) {
    static final int SIZE_BYTES = SeSparseHeader.SECTOR_BYTES;
    static final long MAGIC = 0xCAFECAFEL;

    static final int AT_MAGIC = 0x00;
    static final int AT_FREE_TABLE = 0x08;
    static final int AT_NEXT_TRANSACTION = 0x10;
    static final int AT_REPLAY_JOURNAL = 0x18;
    static final int AT_TAIL = 0x20;

    /** Of a file in which nothing is allocated yet. */
    static SeSparseVolatileHeader fresh() {
        return new SeSparseVolatileHeader(0, 0, 0, SeSparseBytes.zeros(SIZE_BYTES - AT_TAIL));
    }

    /**
     * Reads the header.
     *
     * @param sector its sector, from position 0
     * @param file for error texts
     * @param at where the sector stands in the file
     */
    static SeSparseVolatileHeader parse(ByteBuffer sector, Path file, long at) throws MalformedFileException {
        ByteBuffer bytes = sector.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.getLong(AT_MAGIC) != MAGIC) {
            throw new MalformedFileException(
                    "sesparse-volatile-magic",
                    file,
                    at,
                    "the magic number of the volatile header is 0x" + Long.toHexString(bytes.getLong(AT_MAGIC)) + ", 0x"
                            + Long.toHexString(MAGIC) + " is expected");
        }
        return new SeSparseVolatileHeader(
                bytes.getLong(AT_FREE_TABLE),
                bytes.getLong(AT_NEXT_TRANSACTION),
                bytes.getLong(AT_REPLAY_JOURNAL),
                SeSparseBytes.copy(bytes, AT_TAIL, SIZE_BYTES));
    }

    /** The header's sector, ready to be written. */
    ByteBuffer encode() {
        return ByteBuffer.allocate(SIZE_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(AT_MAGIC, MAGIC)
                .putLong(AT_FREE_TABLE, freeTable)
                .putLong(AT_NEXT_TRANSACTION, nextTransaction)
                .putLong(AT_REPLAY_JOURNAL, replayJournal)
                .put(AT_TAIL, tail, 0, tail.limit());
    }

    /** The same with another first free table. */
    SeSparseVolatileHeader withFreeTable(long table) {
        return new SeSparseVolatileHeader(table, nextTransaction, replayJournal, tail);
    }

    /** Whether bytes without a known meaning hold something: such a file is read but not changed. */
    boolean hasUnknownBytes() {
        return !SeSparseBytes.isZero(tail);
    }
}
