package io.vmdisk.storage;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The first bytes of a file, by which kinds and formats are told. */
public final class FileStart {
    /** Enough bytes to tell. */
    public static final int BYTES = 4096;

    private FileStart() {}

    /** The first bytes of a file, fewer if it has no more. */
    public static ByteBuffer of(BlockFile file) throws IOException {
        return read(file, ByteBuffer.allocate(BYTES));
    }

    /** The same into a buffer of {@link #BYTES} that is used again. */
    public static ByteBuffer read(BlockFile file, ByteBuffer into) throws IOException {
        file.read(0, into.clear());
        return into.flip();
    }
}
