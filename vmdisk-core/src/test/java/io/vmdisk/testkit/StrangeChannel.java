package io.vmdisk.testkit;

import io.vmdisk.testkit.StrangeFileSystem.Habit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** A channel of a file system with bad habits. */
final class StrangeChannel extends FileChannel {
    private final StrangeFileSystem files;
    private final FileChannel real;
    private int reads;

    StrangeChannel(StrangeFileSystem files, FileChannel real) {
        this.files = files;
        this.real = real;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        if (files.has(Habit.THROWS_IN_READS)) {
            throw new IllegalStateException("connection pool is shut down");
        }
        reads++;
        if (files.has(Habit.READS_NOTHING) || (files.has(Habit.READS_NOTHING_NOW_AND_THEN) && reads % 3 != 0)) {
            return 0;
        }
        int limit = into.limit();
        if (files.has(Habit.READS_LITTLE)) {
            into.limit(Math.min(limit, into.position() + 7));
        }
        int count = real.read(into);
        into.limit(limit);
        return files.has(Habit.MISCOUNTS) && count > 0 ? count + 1 : count;
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
        if (files.has(Habit.MOVES_THE_SHARED_POSITION)) {
            real.position(position);
            Thread.yield();
            return read(into);
        }
        return real.read(into, position);
    }

    @Override
    public int write(ByteBuffer from, long position) throws IOException {
        if (files.has(Habit.MOVES_THE_SHARED_POSITION)) {
            real.position(position);
            Thread.yield();
            return real.write(from);
        }
        return real.write(from, position);
    }

    @Override
    public long read(ByteBuffer[] into, int offset, int length) throws IOException {
        return real.read(into, offset, length);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        return real.write(from);
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) throws IOException {
        return real.write(from, offset, length);
    }

    @Override
    public long position() throws IOException {
        return real.position();
    }

    @Override
    public FileChannel position(long position) throws IOException {
        if (!files.has(Habit.STAYS_WHERE_IT_IS)) {
            real.position(position);
        }
        return this;
    }

    @Override
    public long size() throws IOException {
        return files.size(real.size());
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        real.truncate(size);
        return this;
    }

    @Override
    public void force(boolean metaData) throws IOException {
        real.force(metaData);
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
        return real.transferTo(position, count, target);
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) throws IOException {
        return real.transferFrom(source, position, count);
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
        return real.map(mode, position, size);
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) throws IOException {
        return tryLock(position, size, shared);
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
        if (files.has(Habit.THROWS_FOR_LOCKS)) {
            throw new UnsupportedOperationException("no locks");
        }
        if (!files.has(Habit.GIVES_ALL_LOCKS)) {
            return real.tryLock(position, size, shared);
        }
        return new FileLock(this, position, size, shared) {
            @Override
            public boolean isValid() {
                return true;
            }

            @Override
            public void release() {}
        };
    }

    @Override
    protected void implCloseChannel() throws IOException {
        real.close();
    }
}
