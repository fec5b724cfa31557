package io.vmdisk.extent;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The decoder of a damaged file: a grain whose head can't be read or can't be meant has no length. */
final class SalvageDecoder implements GrainDecoder {
    /** The length of a grain that is lost. */
    static final int LOST = -1;

    private final GrainDecoder format;

    SalvageDecoder(GrainDecoder format) {
        this.format = format;
    }

    @Override
    public int storedLength(long fileOffset) {
        try {
            return format.storedLength(fileOffset);
        } catch (IOException e) {
            return LOST;
        }
    }

    @Override
    public void inflate(long start, long fileOffset, int storedLength, ByteBuffer into) throws IOException {
        format.inflate(start, fileOffset, storedLength, into);
    }

    @Override
    public void close() throws IOException {
        format.close();
    }
}
