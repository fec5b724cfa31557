package io.vmdisk.extent;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Where a {@link GrainMap} takes its directory and its tables from. */
public interface MapSource {
    /**
     * Raw entries of the directory, 4-byte ones widened unsigned; 0 where there is no table.
     *
     * @param first the first entry
     * @param count how many, all inside the directory
     */
    long[] directory(int first, int count) throws IOException;

    /**
     * The bytes of a table, or null for no table.
     *
     * @param table its index
     * @param rawEntry what {@link #directory} gave for it, not 0
     */
    byte @Nullable [] table(int table, long rawEntry) throws IOException;
}
