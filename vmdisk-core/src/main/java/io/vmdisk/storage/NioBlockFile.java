package io.vmdisk.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file behind a channel. A {@link FileChannel} reads and writes in parallel; another channel has one position, so
 * access is serialised around it.
 */
final class NioBlockFile implements BlockFile {
    private static final long HOLE_UNKNOWN = -1;

    private final Path path;
    private final SeekableByteChannel channel;
    private final boolean writable;
    /** The file's identity at open: a name may stand for another file by the time the native tier needs it. */
    private final @Nullable Object key;

    private final ForceGuard guard;
    private volatile @Nullable NativeFile nativeFile;
    private boolean closed;

    NioBlockFile(Path path, SeekableByteChannel channel, boolean writable, @Nullable Object key) {
        this.path = path;
        this.guard = new ForceGuard(AtomicName.finished(path));
        this.channel = channel;
        this.writable = writable;
        this.key = key;
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public int read(long at, ByteBuffer into) throws IOException {
        try {
            return readSome(at, into);
        } catch (IOException e) {
            throw named(e);
        }
    }

    private int readSome(long at, ByteBuffer into) throws IOException {
        int start = into.position();
        if (channel instanceof FileChannel file) {
            while (into.hasRemaining()) {
                if (file.read(into, at + into.position() - start) < 0) {
                    break;
                }
            }
        } else {
            synchronized (channel) {
                channel.position(at);
                while (into.hasRemaining()) {
                    if (channel.read(into) < 0) {
                        break;
                    }
                }
            }
        }
        return into.position() - start;
    }

    @Override
    public void writeFully(long at, ByteBuffer from) throws IOException {
        guard.requireSound();
        try {
            write(at, from);
        } catch (IOException e) {
            throw named(e);
        }
    }

    private void write(long at, ByteBuffer from) throws IOException {
        int start = from.position();
        if (channel instanceof FileChannel file) {
            while (from.hasRemaining()) {
                file.write(from, at + from.position() - start);
            }
        } else {
            synchronized (channel) {
                channel.position(at);
                while (from.hasRemaining()) {
                    channel.write(from);
                }
            }
        }
    }

    /** A failure of the system with the name of the file as users know it, which the JDK's channels leave out. */
    private IOException named(IOException failure) {
        if (failure instanceof ClosedChannelException || failure instanceof FileSystemException) {
            return failure;
        }
        FileSystemException named =
                new FileSystemException(AtomicName.finished(path).toString(), null, failure.getMessage());
        named.initCause(failure);
        return named;
    }

    @Override
    public void setSize(long size) throws IOException {
        guard.requireSound();
        if (size < channel.size()) {
            truncate(size);
        } else if (size > channel.size()) {
            writeFully(size - 1, ByteBuffer.allocate(1));
        }
    }

    private void truncate(long size) throws IOException {
        try {
            channel.truncate(size);
        } catch (IOException e) {
            throw named(e);
        }
    }

    @Override
    public void force() throws IOException {
        if (channel instanceof FileChannel file) {
            guard.force(() -> force(file));
        }
    }

    private void force(FileChannel file) throws IOException {
        try {
            file.force(true);
        } catch (IOException e) {
            throw named(e);
        }
    }

    @Override
    public long nextData(long at) throws IOException {
        long found = nativeFile().nextData(at);
        return found == HOLE_UNKNOWN ? at : found == Long.MAX_VALUE ? size() : found;
    }

    @Override
    public long nextHole(long at) throws IOException {
        long found = nativeFile().nextHole(at);
        return found == HOLE_UNKNOWN || found == Long.MAX_VALUE ? size() : found;
    }

    @Override
    public boolean punch(long at, long length) throws IOException {
        guard.requireSound();
        return writable && nativeFile().punch(at, length);
    }

    @Override
    public boolean allocate(long at, long length) throws IOException {
        return writable && nativeFile().allocate(at, length);
    }

    @Override
    public long allocatedBytes() throws IOException {
        checkOpen();
        return NativeFile.allocatedBytes(path, key);
    }

    private void checkOpen() throws ClosedChannelException {
        if (!channel.isOpen()) {
            throw new ClosedChannelException();
        }
    }

    /** Linked on first use only: it costs a quarter of a second, which metadata commands must not pay. */
    private NativeFile nativeFile() throws IOException {
        checkOpen();
        NativeFile opened = nativeFile;
        if (opened == null) {
            synchronized (this) {
                if (closed) {
                    throw new ClosedChannelException();
                }
                opened = nativeFile;
                if (opened == null) {
                    opened = NativeFile.open(path, writable, key);
                    nativeFile = opened;
                }
            }
        }
        return opened;
    }

    @Override
    public synchronized void close() throws IOException {
        if (!closed) {
            closed = true;
            try (channel) {
                NativeFile opened = nativeFile;
                if (opened != null) {
                    opened.close();
                }
            }
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
