package io.vmdisk.storage.look;

import io.vmdisk.Sector;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The first bytes of a file, by which kinds and formats are told.
 *
 * <p>Has no state, so any number of threads may use it at once.
 *
 * @since 0.1
 */
public final class FileStart {
    /** Enough bytes to tell. */
    public static final int BYTES = 4096;

    private static final int SECTOR = Sector.BYTES;

    private FileStart() {}

    /** The first bytes of a file, fewer if it has no more. */
    public static ByteBuffer of(BlockFile file) throws IOException {
        return read(file, ByteBuffer.allocate(BYTES));
    }

    /** The same into a buffer of {@link #BYTES} that is used again. */
    public static ByteBuffer read(BlockFile file, ByteBuffer into) throws IOException {
        try {
            file.read(0, into.clear());
        } catch (IOException e) {
            // A drive that can't give all of it may still give the first sector, which tells most.
            file.read(0, into.clear().limit(SECTOR));
        }
        return into.flip();
    }
}
