package io.vmdisk.disk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** A disk's bytes in sequence. Reading single bytes is slow: wrap it. */
final class DiskInputStream extends InputStream {
    private final DiskBytes disk;
    private long position;

    DiskInputStream(DiskBytes disk) {
        this.disk = disk;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        int count = disk.read(position, ByteBuffer.wrap(into, offset, length));
        position += Math.max(0, count);
        return count;
    }

    @Override
    public long skip(long count) {
        long step = Math.max(0, Math.min(count, disk.capacity() - position));
        position += step;
        return step;
    }

    @Override
    public int available() {
        return (int) Math.min(Integer.MAX_VALUE, disk.capacity() - position);
    }
}
