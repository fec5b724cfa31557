package io.vmdisk.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/** A disk as a channel: a position over positional calls. The size is the capacity and can't change. */
final class DiskChannel implements SeekableByteChannel {
    private final DiskBytes disk;
    private long position;
    private boolean open = true;

    DiskChannel(DiskBytes disk) {
        this.disk = disk;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        checkOpen();
        int count = disk.read(position, into);
        position += Math.max(0, count);
        return count;
    }

    /** Writes what fits before the disk's end; nothing past it. */
    @Override
    public int write(ByteBuffer from) throws IOException {
        checkOpen();
        if (!disk.isWritable()) {
            throw new NonWritableChannelException();
        }
        long room = Math.max(0, disk.capacity() - position);
        if (room == 0 && from.hasRemaining()) {
            throw new IOException("the disk ends at byte " + disk.capacity() + ", can't write at " + position);
        }
        int count = (int) Math.min(from.remaining(), room);
        disk.write(position, from.slice(from.position(), count));
        from.position(from.position() + count);
        position += count;
        return count;
    }

    @Override
    public long position() throws IOException {
        checkOpen();
        return position;
    }

    @Override
    public SeekableByteChannel position(long newPosition) throws IOException {
        checkOpen();
        if (newPosition < 0) {
            throw new IllegalArgumentException("position " + newPosition);
        }
        position = newPosition;
        return this;
    }

    @Override
    public long size() throws IOException {
        checkOpen();
        return disk.capacity();
    }

    @Override
    public SeekableByteChannel truncate(long size) throws IOException {
        checkOpen();
        if (size < disk.capacity()) {
            throw new IOException("a disk can't be cut through a channel; its capacity is " + disk.capacity());
        }
        return this;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        open = false;
    }

    private void checkOpen() throws ClosedChannelException {
        if (!open) {
            throw new ClosedChannelException();
        }
    }
}
