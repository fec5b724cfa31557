package io.vmdisk.storage;

import com.google.common.base.Suppliers;
import io.vmdisk.VmdiskException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A file behind a channel. Where positional access is known to be sound it goes in parallel. Elsewhere only the channel's
 * own position is relied on, as every channel has one, and access is serialised around it; what is read is checked for
 * having moved it.
 */
final class NioBlockFile implements BlockFile {
    private static final long HOLE_UNKNOWN = -1;

    /** A channel of files that gives nothing so often in a row will never give anything. */
    private static final int MAX_EMPTY_CALLS = 100;

    private final Path path;
    private final SeekableByteChannel channel;
    /** The same channel where positional access is sound; else null. */
    private final @Nullable FileChannel parallel;

    private final boolean writable;
    /** The file's identity at open: a name may stand for another file by the time the native tier needs it. */
    private final @Nullable Object key;

    private final LockTable locks;
    /** Asked once, by the first who wants to know. */
    private final Supplier<Boolean> sharing;

    private final EarlyWriteBack writeBack = new EarlyWriteBack();
    private final ForceGuard guard;
    private volatile @Nullable NativeFile nativeFile;
    /** Whether a foreign file system has once been seen to end the file where it says. */
    private volatile boolean sizeShown;

    /** The channel may live on: it is not closed while this process holds the file. */
    private volatile boolean closed;

    NioBlockFile(Path path, SeekableByteChannel channel, boolean writable, @Nullable Object key, LockTable locks) {
        this.path = path;
        this.guard = new ForceGuard(AtomicName.finished(path));
        this.channel = channel;
        this.parallel = channel instanceof FileChannel file && Provider.isParallel(path) ? file : null;
        this.writable = writable;
        this.key = key;
        this.locks = locks;
        this.sharing = Suppliers.memoize(() -> BlockSharing.isKnownOf(path));
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public long size() throws IOException {
        checkOpen();
        long size = Provider.call(path, "tell the file's size", channel::size);
        if (size < 0) {
            throw new FileSystemException(name(), null, "its file system says that its size is " + size);
        }
        if (parallel == null && !sizeShown && !(channel instanceof PositionalChannel)) {
            requireEnd(size);
            sizeShown = true;
        }
        return size;
    }

    /** What is replaced by what was read of it would be cut at a size that is told too small. */
    private void requireEnd(long size) throws IOException {
        ByteBuffer beyond = ByteBuffer.allocate(1);
        if (read(size, beyond) > 0) {
            throw unsound("told a size of " + size + " bytes and gave more");
        }
    }

    private String name() {
        return AtomicName.finished(path).toString();
    }

    @Override
    public int read(long at, ByteBuffer into) throws IOException {
        try {
            return Provider.call(path, "read", () -> readSome(at, into));
        } catch (IOException e) {
            throw named(e);
        }
    }

    private int readSome(long at, ByteBuffer into) throws IOException {
        checkOpen();
        if (channel instanceof PositionalChannel own) {
            return own.read(at, into);
        }
        FileChannel file = parallel;
        int start = into.position();
        if (file != null) {
            while (into.hasRemaining()) {
                if (file.read(into, at + into.position() - start) < 0) {
                    break;
                }
            }
            return into.position() - start;
        }
        synchronized (channel) {
            move(at);
            transfer(at, into, channel::read, "read");
            return into.position() - start;
        }
    }

    private void move(long at) throws IOException {
        channel.position(at);
        if (channel.position() != at) {
            throw unsound("went to byte " + channel.position() + " in place of " + at);
        }
    }

    /** Reads or writes at the channel's position. */
    @FunctionalInterface
    private interface Move {
        int some(ByteBuffer bytes) throws IOException;
    }

    /** Until all is done, or the file ends; each call must do what it says, or bytes would land in the wrong place. */
    private void transfer(long at, ByteBuffer bytes, Move move, String verb) throws IOException {
        int empty = 0;
        int start = bytes.position();
        while (bytes.hasRemaining()) {
            int before = bytes.position();
            int told = move.some(bytes);
            int done = bytes.position() - before;
            if (told < 0 && done == 0) {
                return;
            }
            if (told != done || channel.position() != at + bytes.position() - start) {
                throw unsound(verb + ' ' + done + " bytes, said " + told + " and is at byte " + channel.position());
            }
            empty = done == 0 ? empty + 1 : 0;
            if (empty == MAX_EMPTY_CALLS) {
                throw unsound(verb + " nothing, " + empty + " times in a row");
            }
        }
    }

    private IOException unsound(String what) {
        return new FileSystemException(
                name(), null, "its file system (" + Provider.scheme(path) + ") can't be trusted: it " + what);
    }

    @Override
    public void writeFully(long at, ByteBuffer from) throws IOException {
        guard.requireSound();
        try {
            Provider.run(path, "write", () -> write(at, from));
        } catch (IOException e) {
            throw named(e);
        }
    }

    private void write(long at, ByteBuffer from) throws IOException {
        checkOpen();
        FileChannel file = parallel;
        if (file != null) {
            int start = from.position();
            while (from.hasRemaining()) {
                file.write(from, at + from.position() - start);
            }
            if (NativeFile.available()) {
                writeBack.written(from.position() - start, () -> nativeFile().startWriteBack());
            }
            return;
        }
        synchronized (channel) {
            move(at);
            transfer(at, from, channel::write, "wrote");
        }
    }

    /** A failure of the system with the name of the file as users know it, which the JDK's channels leave out. */
    private IOException named(IOException failure) {
        if (failure instanceof ClosedChannelException
                || failure instanceof FileSystemException
                || failure instanceof VmdiskException) {
            return failure;
        }
        FileSystemException named = new FileSystemException(name(), null, failure.getMessage());
        named.initCause(failure);
        return named;
    }

    @Override
    public void setSize(long size) throws IOException {
        guard.requireSound();
        checkOpen();
        if (size < size()) {
            truncate(size);
        } else if (size > size()) {
            writeFully(size - 1, ByteBuffer.allocate(1));
        }
    }

    private void truncate(long size) throws IOException {
        try {
            Provider.run(path, "cut the file", () -> channel.truncate(size));
        } catch (IOException e) {
            throw named(e);
        }
    }

    @Override
    public void force() throws IOException {
        checkOpen();
        if (channel instanceof FileChannel file) {
            guard.force(() -> force(file));
        }
    }

    private void force(FileChannel file) throws IOException {
        try {
            Provider.run(path, "make the file durable", () -> file.force(true));
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
    public boolean sharesBlocks() {
        return writable && sharing.get();
    }

    @Override
    public boolean sharesBlocksOf(BlockFile from) throws IOException {
        return sharesBlocks()
                && from instanceof NioBlockFile other
                && nativeFile().sharesWith(other.nativeFile());
    }

    /** Whether blocks of this file could be those of new files of a folder. */
    boolean lendsTo(Path folder) throws IOException {
        NativeFile file = nativeFile();
        NativeFile unnamed = NativeFile.unnamed(folder);
        try {
            return unnamed.unnamedSharesWith(file, size());
        } finally {
            unnamed.close();
        }
    }

    @Override
    public boolean share(long at, BlockFile from, long start, long length) throws IOException {
        guard.requireSound();
        return sharesBlocks()
                && from instanceof NioBlockFile other
                && nativeFile().share(at, other.nativeFile(), start, length);
    }

    @Override
    public long allocatedBytes() throws IOException {
        checkOpen();
        return NativeFile.allocatedBytes(path, key);
    }

    @Override
    public long sharedBytes() throws IOException {
        return nativeFile().sharedBytes();
    }

    private void checkOpen() throws ClosedChannelException {
        if (closed || !channel.isOpen()) {
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
            NativeFile opened = nativeFile;
            Provider.run(path, "close the file", () -> locks.close(path, key, channel, writable, opened));
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
