package io.vmdisk.extent.sesparse;

import io.vmdisk.MalformedFileException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * The journal's header: sectors 2 and 3.
 *
 * <p>A host leaves whatever its memory held behind the known fields. That slack is kept as long as the header is only
 * read, and never goes into another file.
 *
 * @param appliedBefore transactions below this number are in the tables already
 * @param generation 1 in every file seen; the same number stands in each record
 * @param slack the bytes behind the last known field
 */
record SeSparseJournalHeader(long appliedBefore, long generation, ByteBuffer slack) {
    static final int SIZE_BYTES = 2 * SeSparseHeader.SECTOR_BYTES;
    static final long MAGIC = 0xDEAFC0DEL;

    static final int AT_MAGIC = 0x00;
    static final int AT_APPLIED_BEFORE = 0x08;
    static final int AT_GENERATION = 0x10;
    static final int AT_SLACK = 0x18;

    /** Of an empty journal. */
    static SeSparseJournalHeader empty(long nextTransaction, long generation) {
        return new SeSparseJournalHeader(nextTransaction, generation, SeSparseBytes.zeros(SIZE_BYTES - AT_SLACK));
    }

    /** Of a new file's journal. */
    static SeSparseJournalHeader fresh() {
        return empty(0, 1);
    }

    /**
     * Reads the header.
     *
     * @param sectors its two sectors, from position 0
     * @param file for error texts
     * @param at where they stand in the file
     */
    static SeSparseJournalHeader parse(ByteBuffer sectors, Path file, long at) throws MalformedFileException {
        ByteBuffer bytes = sectors.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.getLong(AT_MAGIC) != MAGIC) {
            throw new MalformedFileException(
                    "sesparse-journal-magic",
                    file,
                    at,
                    "the magic number of the journal header is 0x" + Long.toHexString(bytes.getLong(AT_MAGIC)) + ", 0x"
                            + Long.toHexString(MAGIC) + " is expected");
        }
        return new SeSparseJournalHeader(
                bytes.getLong(AT_APPLIED_BEFORE),
                bytes.getLong(AT_GENERATION),
                SeSparseBytes.copy(bytes, AT_SLACK, SIZE_BYTES));
    }

    /** The two sectors, ready to be written. */
    ByteBuffer encode() {
        return ByteBuffer.allocate(SIZE_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(AT_MAGIC, MAGIC)
                .putLong(AT_APPLIED_BEFORE, appliedBefore)
                .putLong(AT_GENERATION, generation)
                .put(AT_SLACK, slack, 0, slack.limit());
    }
}
