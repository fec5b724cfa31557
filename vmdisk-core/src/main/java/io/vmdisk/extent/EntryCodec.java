package io.vmdisk.extent;

import io.vmdisk.MalformedFileException;

/**
 * Turns raw table values of one format into {@link GrainState}s and back. Stateless or immutable; called in hot loops.
 */
public interface EntryCodec {
    /** Bytes of a directory or table entry: 4 or 8, little-endian. */
    int entryBytes();

    /**
     * Where a table lies.
     *
     * @param raw the directory entry, a 4-byte one widened unsigned
     * @param table its index, for the message
     * @return a file offset, or {@link GrainState#UNALLOCATED} for no table
     */
    long tableOffset(long raw, int table) throws MalformedFileException;

    /** The directory entry for a table at this offset. */
    long rawDirectoryEntry(long tableOffset);

    /**
     * What an entry says.
     *
     * @param raw the table entry, a 4-byte one widened unsigned
     * @param grain its index, for the message
     */
    long state(long raw, long grain) throws MalformedFileException;

    /** The table entry for a state that this format can express. */
    long rawEntry(long state);
}
