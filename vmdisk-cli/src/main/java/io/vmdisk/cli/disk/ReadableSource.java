package io.vmdisk.cli.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Bytes that {@code read} can copy: a disk's, or a guest's memory. */
interface ReadableSource extends Closeable {
    /** How many there are. */
    long size();

    /** Fills {@code into}; the range lies inside. */
    void read(long at, ByteBuffer into) throws IOException;
}
