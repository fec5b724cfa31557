package io.vmdisk.disk;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Receives the runs of a chain, with the extents that hold them; positions are those of the disk. */
interface ChainSink {
    void data(long start, long length, int depth, PlacedExtent piece, long fileOffset) throws IOException;

    /**
     * A part of one compressed grain: a child may hide the rest of it.
     *
     * @param grainStart where the whole grain starts on the disk
     * @param grainBytes its valid bytes
     */
    void compressed(
            long start,
            long length,
            int depth,
            PlacedExtent piece,
            long fileOffset,
            int storedLength,
            long grainStart,
            int grainBytes)
            throws IOException;

    void zero(long start, long length, int depth, @Nullable PlacedExtent piece, long heldOffset) throws IOException;

    void unallocated(long start, long length, int depth) throws IOException;
}
