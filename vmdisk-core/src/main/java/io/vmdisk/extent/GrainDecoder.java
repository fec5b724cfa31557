package io.vmdisk.extent;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads compressed grains. Thread-safe; closing releases the inflaters. */
public interface GrainDecoder extends Closeable {
    /** Bytes that the grain at this file offset takes, with what stands before its data. */
    int storedLength(long fileOffset) throws IOException;

    /**
     * Inflates the grain that starts at {@code start} in the extent; fills {@code into} to its limit.
     *
     * @param storedLength what {@link #storedLength} gave
     */
    void inflate(long start, long fileOffset, int storedLength, ByteBuffer into) throws IOException;
}
