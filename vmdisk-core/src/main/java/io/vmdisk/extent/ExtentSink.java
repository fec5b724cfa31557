package io.vmdisk.extent;

import java.io.IOException;

/** Receives the runs of one extent; positions are relative to the extent. */
public interface ExtentSink {
    /** Plain bytes in the file. */
    void data(long start, long length, long fileOffset) throws IOException;

    /** Exactly one deflated grain, never joined; it takes {@code storedLength} bytes at {@code fileOffset}. */
    void compressed(long start, long length, long fileOffset, int storedLength) throws IOException;

    /** Reads as zeros whatever a parent holds; {@code heldOffset} is the space it still takes, or -1. */
    void zero(long start, long length, long heldOffset) throws IOException;

    /**
     * Can't be read, or nobody can tell where it is; only an extent that is open for salvage says so. Who does not ask
     * sees zeros.
     */
    default void lost(long start, long length) throws IOException {
        zero(start, length, -1);
    }

    /** Not here: the parent answers; without one it is zeros. */
    void unallocated(long start, long length) throws IOException;
}
