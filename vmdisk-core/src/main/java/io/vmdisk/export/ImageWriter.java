package io.vmdisk.export;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Writes one image from front to back; for one thread. The file is the caller's, and empty at first. */
sealed interface ImageWriter permits Qcow2Writer, VhdxWriter, VhdWriter {
    /** Takes data of the disk, ascending, as {@link io.vmdisk.transfer.OrderedRead.Sink} gives it. */
    void write(long at, ByteBuffer data) throws IOException;

    /** Writes everything else. */
    void finish() throws IOException;
}
