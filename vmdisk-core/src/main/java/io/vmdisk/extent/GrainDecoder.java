package io.vmdisk.extent;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads compressed grains. Thread-safe. */
public interface GrainDecoder {
    /** Bytes that the grain at this file offset takes, with what stands before its data. */
    int storedLength(long fileOffset) throws IOException;

    /** Inflates the grain that starts at {@code start} in the extent; fills the array-backed {@code into} to its limit. */
    void inflate(long start, long fileOffset, ByteBuffer into) throws IOException;
}
