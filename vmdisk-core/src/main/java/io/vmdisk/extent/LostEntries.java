package io.vmdisk.extent;

import java.util.OptionalLong;

/** Knows from another place of a damaged file what an entry said that can't be read where it stands. Safe for many threads. */
@FunctionalInterface
public interface LostEntries {
    /** Of a format that tells everything in its tables only. */
    LostEntries NONE = (table, tableOffset, entry) -> OptionalLong.empty();

    /** Whether it also knows what an entry said that names a place behind the end of the file. */
    default boolean knowsBeyondEnd() {
        return false;
    }

    /**
     * What an entry said, as it stood in its table.
     *
     * @param table index of the table in the directory
     * @param tableOffset file offset of the table, or -1 if that is lost too
     * @param entry its place in the table
     */
    OptionalLong find(int table, long tableOffset, int entry);
}
