package io.vmdisk.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The bytes of an open disk, as its channels and streams need them; thread-safe. */
interface DiskBytes {
    /** How many there are. */
    long capacity();

    /** Whether {@link #write} is allowed. */
    boolean isWritable();

    /** Reads from a position; -1 at the end. */
    int read(long position, ByteBuffer into) throws IOException;

    /** Writes at a position; all of it lies inside the capacity. */
    void write(long position, ByteBuffer from) throws IOException;
}
