package io.vmdisk.remote;

import io.vmdisk.storage.PositionalChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;

/** An object that is read. Thread-safe. */
final class StoreChannel implements PositionalChannel {
    private final StoredFiles files;
    private final StoreKey key;
    private final StoredObject object;
    private long position;
    private volatile boolean open = true;

    StoreChannel(StoredFiles files, StoreKey key, StoredObject object) {
        this.files = files;
        this.key = key;
        this.object = object;
    }

    @Override
    public int read(long at, ByteBuffer into) throws IOException {
        requireOpen();
        if (at < 0) {
            throw new IllegalArgumentException("position " + at);
        }
        int count = (int) Math.max(0, Math.min(into.remaining(), object.size() - at));
        if (count > 0) {
            files.read(key, object, at, into.slice(into.position(), count));
            into.position(into.position() + count);
        }
        return count;
    }

    @Override
    public synchronized int read(ByteBuffer into) throws IOException {
        boolean some = into.hasRemaining();
        int count = read(position, into);
        position += count;
        return count == 0 && some ? -1 : count;
    }

    @Override
    public int write(ByteBuffer from) {
        throw new NonWritableChannelException();
    }

    @Override
    public synchronized long position() throws IOException {
        requireOpen();
        return position;
    }

    @Override
    public synchronized StoreChannel position(long at) throws IOException {
        requireOpen();
        if (at < 0) {
            throw new IllegalArgumentException("position " + at);
        }
        position = at;
        return this;
    }

    @Override
    public long size() throws IOException {
        requireOpen();
        return object.size();
    }

    @Override
    public StoreChannel truncate(long size) {
        throw new NonWritableChannelException();
    }

    private void requireOpen() throws ClosedChannelException {
        if (!open) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        open = false;
    }
}
