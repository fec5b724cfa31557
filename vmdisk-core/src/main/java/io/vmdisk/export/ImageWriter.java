package io.vmdisk.export;

import java.io.IOException;

/**
 * Writes one image from front to back; for one thread. The file is the caller's, and empty at first; the data of the disk the
 * caller writes too, or lets the file share it.
 */
sealed interface ImageWriter permits Qcow2Writer, VhdxWriter, VhdWriter {
    /**
     * Takes a place for data of the disk, ascending, as {@link io.vmdisk.transfer.OrderedRead.Sink} gives it; what is not
     * written of it reads as zeros.
     *
     * @param at where the data is in the disk, in bytes
     * @param length in bytes
     * @return the byte of the file
     */
    long place(long at, long length) throws IOException;

    /** Writes everything else. */
    void finish() throws IOException;
}
