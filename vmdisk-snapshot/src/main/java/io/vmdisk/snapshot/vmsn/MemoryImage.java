package io.vmdisk.snapshot.vmsn;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Guest pages in image order, before they are put at their guest addresses. Safe for many threads. */
interface MemoryImage extends Closeable {
    /** How many bytes there should be. */
    long size() throws IOException;

    /** Fills {@code into} or fails. */
    void read(long at, ByteBuffer into) throws IOException;

    /** The first byte at or behind {@code at} that may differ from zero; the size if none does. */
    long nextData(long at) throws IOException;

    /** The first byte at or behind {@code at} that is known to be zero for lack of storage; the size if none is. */
    long nextHole(long at) throws IOException;

    /** The stretch {@code [base, base + size)} of a file; closing it closes the file. */
    record Stored(ByteSource file, long base, long size) implements MemoryImage {
        @Override
        public void read(long at, ByteBuffer into) throws IOException {
            file.readFully(base + at, into);
        }

        @Override
        public long nextData(long at) throws IOException {
            return Math.min(file.nextData(base + at) - base, size);
        }

        @Override
        public long nextHole(long at) throws IOException {
            return Math.min(file.nextHole(base + at) - base, size);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
