package io.vmdisk.disk;

import io.vmdisk.ByteRange;
import io.vmdisk.LimitExceededException;
import io.vmdisk.Run;
import io.vmdisk.RunSink;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.extent.Closers;
import io.vmdisk.extent.TableCache;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.look.ExtentFiles;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * A virtual disk with all its parents, in any mix of formats.
 *
 * <p>Reads, writes, zeroing and unmapping are positional and may run in many threads at once; {@link #flush} and
 * {@link #close} wait for them. As in a drive's cache, a write is durable after a {@link #flush}; a crash loses only
 * what was not flushed. Parents are never written to. Close the disk; closing flushes.
 *
 * <p>A change or flush that fails half way, because of a failing drive or a full file store, is the last one. Neither
 * that change nor what was changed since the last flush is published in the disk's tables. Every later call fails and
 * says so, closing too. Only a new open shows what the disk holds: in each sector the old bytes or the new.
 *
 * <pre>{@code
 * try (VirtualDisk disk = VirtualDisk.open(Path.of("web01-000002.vmdk"))) {
 *     ByteBuffer sector = ByteBuffer.allocate(512);
 *     disk.read(0, sector);
 * }
 * }</pre>
 *
 * @since 0.1
 */
public final class VirtualDisk implements Closeable {
    private static final int MAX_COLLECTED_RUNS = 10_000_000;

    private final DiskChain chain;
    private final List<OpenLink> links;
    private final Losses losses;
    private final long capacity;
    private final ChainReader reader;
    /** What keeps others out; of a disk that is written to it is the writer's. */
    private final Closeable guard;

    private final @Nullable DiskWriter writer;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private volatile boolean closed;

    private VirtualDisk(DiskChain chain, Layers layers, Closeable guard, @Nullable DiskWriter writer) {
        this.chain = chain;
        this.links = layers.open();
        this.losses = layers.losses();
        this.guard = guard;
        this.capacity = links.get(0).capacity();
        this.reader = new ChainReader(layers, capacity);
        this.writer = writer;
    }

    /**
     * Opens a descriptor, a monolithic file or a bare extent for reading, with its whole parent chain.
     *
     * @param disk the file to begin with
     * @return the open disk; the caller closes it
     * @throws IOException as {@link #open(Path, OpenOptions)}
     */
    public static VirtualDisk open(Path disk) throws IOException {
        return open(disk, OpenOptions.readOnly());
    }

    /**
     * Opens a disk with its parents.
     *
     * @param disk the file to begin with: a descriptor, a monolithic file or a bare extent
     * @param options access, how files are found, and what is allowed
     * @return the open disk; the caller closes it
     * @throws java.nio.file.NoSuchFileException if the file does not exist
     * @throws io.vmdisk.BrokenChainException if a parent is missing or is not the right one, or an extent is missing;
     *     the text shows the whole chain
     * @throws io.vmdisk.MalformedFileException if a descriptor, header or table that is needed is damaged
     * @throws UnsupportedFeatureException if the file is not a disk, or is of a kind that vmdisk does not read
     * @throws UnsafeStateException if the disk is in use, other disks depend on it, or it needs a permission
     * @throws IOException if a file can't be opened or read
     */
    public static VirtualDisk open(Path disk, OpenOptions options) throws IOException {
        return open(DiskChain.of(disk, options), options);
    }

    /**
     * Opens a raw image: every byte of the file is a byte of the disk, no matter what the file looks like.
     *
     * @param image the file
     * @param options access and what is allowed
     * @return the open disk; the caller closes it. The last sector is filled with zeros if the file ends inside it
     * @throws java.nio.file.NoSuchFileException if the file does not exist
     * @throws UnsafeStateException if the disk is in use or other disks depend on it
     * @throws IOException if the file can't be opened
     */
    public static VirtualDisk openRaw(Path image, OpenOptions options) throws IOException {
        return open(DiskChain.ofRaw(image, options), options);
    }

    /**
     * Opens a chain that {@link DiskChain#of} found.
     *
     * @param chain the disk and its parents
     * @param options access and what is allowed; those with which the chain was found
     * @return the open disk; the caller closes it
     * @throws io.vmdisk.BrokenChainException if the chain is broken and the options do not allow that, or an extent is
     *     missing
     * @throws io.vmdisk.MalformedFileException if a header or table that is needed is damaged
     * @throws UnsupportedFeatureException if an extent is of a kind that vmdisk does not read
     * @throws UnsafeStateException if the disk is in use, other disks depend on it, it changed since the chain was
     *     found, it needs a permission, or a broken chain would be written to
     * @throws IOException if a file can't be opened or read
     */
    public static VirtualDisk open(DiskChain chain, OpenOptions options) throws IOException {
        boolean mayBeBroken = chain.mayBeBroken(options);
        if (!chain.isWhole() && !mayBeBroken) {
            throw chain.failure();
        }
        if (mayBeBroken && options.access() == OpenOptions.Access.WRITE) {
            throw new UnsafeStateException(
                    "parts-missing",
                    chain.top().path(),
                    "a chain that may end at a break can't be written to: what only the missing links know would be"
                            + " replaced by zeros",
                    "bring the missing link back, or convert what is there to a new disk");
        }
        TableCache cache = new TableCache(options.tableBudgetBytes());
        ExtentOpener opener = new ExtentOpener(options, cache);
        List<Closeable> opened = new ArrayList<>();
        try {
            boolean writes = options.access() == OpenOptions.Access.WRITE;
            Closeable guard = switch (options.access()) {
                case READ -> () -> {};
                case READ_STILL -> DiskUse.keepStill(chain, options);
                case WRITE -> DiskUse.take(chain, options);
            };
            opened.add(guard);
            List<OpenLink> links = new ArrayList<>();
            for (DiskLink link : chain.links()) {
                OpenLink open;
                try {
                    open = writes && links.isEmpty() ? opener.openWritable(link) : opener.open(link);
                } catch (NoSuchFileException e) {
                    if (links.isEmpty() || !mayBeBroken) {
                        Path missing = e.getFile() == null
                                ? link.path()
                                : link.path().getFileSystem().getPath(e.getFile());
                        String beside = ExtentFiles.unsayableBeside(options.volume(), missing);
                        throw chain.extentMissing(link, e, beside);
                    }
                    return new VirtualDisk(
                            chain.endingAbove(link, e), layers(links, Layers.End.BREAK, options), guard, null);
                }
                links.add(open);
                opened.add(open);
            }
            DiskWriter writer = writes ? new DiskWriter(links, options, cache, guard) : null;
            Layers.End end = chain.isWhole() ? Layers.End.BASE : Layers.End.BREAK;
            return new VirtualDisk(chain, layers(links, end, options), guard, writer);
        } catch (IOException | RuntimeException e) {
            Closers.closeAfter(e, opened);
            throw e;
        }
    }

    private static Layers layers(List<OpenLink> links, Layers.End end, OpenOptions options) {
        return new Layers(links, options.damage(), end, new Losses());
    }

    /**
     * {@return the ranges that are known to be lost, in bytes, ascending: all of them once the whole disk was read, or
     * was located and its data read. Empty unless the disk was opened with {@link OpenOptions#withDamage}}
     */
    public List<ByteRange> lost() {
        return losses.list();
    }

    /**
     * {@return why data that is not lost may still be wrong, such as changes that stand in a journal alone; each is a
     * sentence that names a file. Empty unless the disk was opened with {@link OpenOptions#withDamage}}
     */
    public List<String> doubts() {
        return links.stream().flatMap(link -> link.doubts().stream()).toList();
    }

    /** {@return virtual size in bytes, a multiple of 512} */
    public long capacity() {
        return capacity;
    }

    /** {@return the links, this disk first, the base last} */
    public List<DiskLink> links() {
        return chain.links();
    }

    /** {@return the chain, with the place where it breaks if the disk was opened although it is broken} */
    public DiskChain chain() {
        return chain;
    }

    /**
     * The space that all files of a link take.
     *
     * @param depth the link, 0 for the disk itself
     * @return bytes that the files take in their file system; their lengths where that is unknown
     * @throws IndexOutOfBoundsException if there is no such link
     * @throws IOException if a file can't be looked at, or the disk is closed
     */
    public long allocatedBytes(int depth) throws IOException {
        checkOpen();
        long sum = 0;
        for (PlacedExtent piece : links.get(depth).pieces()) {
            sum += piece.extent().allocatedBytes();
        }
        return sum;
    }

    /**
     * How many of the bytes of {@link #allocatedBytes} are on blocks that other files stand on too, or other places of the
     * same one.
     *
     * @param depth the link, 0 for the disk itself
     * @return bytes; -1 if a file system can't tell
     * @throws IndexOutOfBoundsException if there is no such link
     * @throws IOException if the disk is closed
     */
    public long sharedBytes(int depth) throws IOException {
        checkOpen();
        long sum = 0;
        for (PlacedExtent piece : links.get(depth).pieces()) {
            long shared = piece.extent().sharedBytes();
            if (shared < 0) {
                return -1;
            }
            sum += shared;
        }
        return sum;
    }

    /**
     * The largest unit in which a link allocates.
     *
     * @param depth the link, 0 for the disk itself
     * @return bytes; 512 for a link without grains, and 0 for one without a byte
     * @throws IndexOutOfBoundsException if there is no such link
     */
    public int grainBytes(int depth) {
        int largest = 0;
        for (PlacedExtent piece : links.get(depth).pieces()) {
            largest = Math.max(largest, piece.extent().grainBytes());
        }
        return largest;
    }

    /**
     * Reads up to {@code into.remaining()} bytes.
     *
     * @param position the first byte, not negative
     * @param into takes the bytes, from its position on
     * @return how many bytes were read. It is less than asked for only at the disk's end, and -1 if {@code position} is
     *     at or past the end and a byte was asked for
     * @throws IllegalArgumentException if {@code position} is negative
     * @throws io.vmdisk.MalformedFileException if a table or a compressed grain is damaged
     * @throws IOException if a file can't be read, or the disk is closed
     */
    public int read(long position, ByteBuffer into) throws IOException {
        if (position < 0) {
            throw new IllegalArgumentException("position " + position);
        }
        checkOpen();
        if (position >= capacity) {
            return into.hasRemaining() ? -1 : 0;
        }
        int count = (int) Math.min(into.remaining(), capacity - position);
        int limit = into.limit();
        into.limit(into.position() + count);
        try {
            lockShared();
            try {
                reader.read(position, into);
            } finally {
                unlockShared();
            }
        } finally {
            into.limit(limit);
        }
        return count;
    }

    /**
     * Reports the runs of a range, ascending and without gaps, until its end or until the sink wants no more. Runs are
     * cut to the range, compressed grains too.
     *
     * @param start the first byte
     * @param length how many bytes, inside the capacity
     * @param sink takes the runs, on this thread
     * @throws IndexOutOfBoundsException if the range is not inside the capacity
     * @throws io.vmdisk.MalformedFileException if a table is damaged
     * @throws IOException if a table can't be read, the disk is closed, or the sink throws it
     */
    public void locate(long start, long length, RunSink sink) throws IOException {
        checkRange(start, length);
        checkOpen();
        lockShared();
        try {
            if (length > 0) {
                reader.locate(start, length, new PublicRuns(sink));
            }
        } catch (PublicRuns.Enough enough) {
            // The sink has what it wanted.
        } finally {
            unlockShared();
        }
    }

    /**
     * Refuses a disk if one of its files was cut, so that a table names bytes after the end of its file. It reads the
     * tables of all links. The first write to a disk checks the link that it changes; a caller that relies on all links
     * calls this first.
     *
     * @throws io.vmdisk.UnsafeStateException {@code truncated}, with the file
     * @throws IOException if a table can't be read, or the disk is closed
     */
    public void requireWhole() throws IOException {
        checkOpen();
        lockShared();
        try {
            for (OpenLink link : links) {
                link.requireWhole();
            }
        } finally {
            unlockShared();
        }
    }

    /**
     * The runs of a range, collected.
     *
     * @param start the first byte
     * @param length how many bytes, inside the capacity
     * @return the runs, ascending and without gaps, an unmodifiable list
     * @throws IndexOutOfBoundsException if the range is not inside the capacity
     * @throws LimitExceededException if there are more than ten million runs; use {@link #locate} there
     * @throws IOException as {@link #locate}
     */
    public List<Run> runs(long start, long length) throws IOException {
        RunCollector collector = new RunCollector(MAX_COLLECTED_RUNS);
        locate(start, length, collector);
        return collector.runs();
    }

    /**
     * Writes all of {@code from}. The first write gives the disk a new content ID before a byte of it changes.
     *
     * @param position the first byte
     * @param from the bytes, from its position to its limit; the range lies inside the capacity
     * @throws IndexOutOfBoundsException if the range is not inside the capacity
     * @throws UnsupportedFeatureException if the disk is open for reading only, or an extent can only be read
     * @throws LimitExceededException if the format has no room for another grain
     * @throws UnsafeStateException if a file of the disk was cut, or an earlier change failed because a file is damaged
     *     or can't hold it
     * @throws IOException if a file can't be read or written, an earlier change failed, or the disk is closed
     */
    public void write(long position, ByteBuffer from) throws IOException {
        checkRange(position, from.remaining());
        DiskWriter target = writer();
        int first = from.position();
        change(position, from.remaining(), () -> target.write(position, from.position(first)));
    }

    /**
     * Allocates now what a write of this range is going to need. So writes that several threads make at once lie in the
     * file as if they were made one by one in the order of these calls, and the same work makes the same file. Nothing
     * reads differently.
     *
     * @param position the first byte
     * @param length how many bytes, inside the capacity
     * @throws IndexOutOfBoundsException if the range is not inside the capacity
     * @throws IOException as {@link #write}
     */
    public void reserve(long position, long length) throws IOException {
        checkRange(position, length);
        DiskWriter target = writer();
        change(position, length, () -> target.reserve(position, length));
    }

    /**
     * Makes a range read as another disk does by letting both use the same blocks of their file system: no byte is
     * moved, and none is scanned for zeros. It is durable after a flush, as a write is. Two disks must not share from
     * each other at the same time.
     *
     * @param position the first byte here
     * @param length how many bytes, inside the capacity of both disks
     * @param source another disk, which holds the range
     * @param from the first byte there
     * @return whether all of the range is shared now; if not, a part of it may be, and the range must be written
     * @throws IndexOutOfBoundsException if the range is not inside the capacity of a disk
     * @throws IOException as {@link #write}
     */
    public boolean share(long position, long length, VirtualDisk source, long from) throws IOException {
        checkRange(position, length);
        source.checkRange(from, length);
        DiskWriter target = writer();
        return target.sharesBlocks() && source.lend(from, length, runs -> take(target, position - from, runs));
    }

    /**
     * Makes a range of a file that is no disk, and reads as zeros there, read as this disk does, in the same way.
     *
     * @param target a file that is open for writing
     * @param at where the range goes in it, in bytes
     * @param from the first byte of the range here
     * @param length in bytes
     * @return whether all of the range is so now; if not, it must be written
     * @throws IllegalArgumentException if the range is not inside the capacity
     * @throws IOException if a file fails, or the disk is closed
     */
    public boolean shareInto(BlockFile target, long at, long from, long length) throws IOException {
        return target.sharesBlocks() && lend(from, length, runs -> runs.into(target, at - from));
    }

    /**
     * Whether a range is stored in such a way that sharing it could cost less than copying it; what file systems say to it is
     * not asked.
     *
     * @param from the first byte
     * @param length in bytes
     * @return whether it is
     * @throws IllegalArgumentException if the range is not inside the capacity
     * @throws IOException if a table can't be read, or the disk is closed
     */
    public boolean lends(long from, long length) throws IOException {
        return lend(from, length, runs -> true);
    }

    /**
     * Whether {@link #share} would do a range for a new disk that is not there yet, at the same place.
     *
     * @param from the first byte
     * @param length in bytes
     * @param into the files that the new disk will have
     * @return whether all of it could be shared, as far as that is known
     * @throws IllegalArgumentException if the range is not inside the capacity
     * @throws IOException if a file or its file system can't be looked at, or the disk is closed
     */
    public boolean lends(long from, long length, NewFileSharing into) throws IOException {
        return lend(from, length, runs -> runs.fit(into));
    }

    /**
     * Whether any of the files of this disk and its parents lends blocks to a new disk.
     *
     * @param into the files that the new disk will have
     * @return false if all of it would have to be copied
     * @throws IOException if a file system can't be looked at, or the disk is closed
     */
    public boolean lends(NewFileSharing into) throws IOException {
        checkOpen();
        for (OpenLink link : links) {
            for (PlacedExtent piece : link.pieces()) {
                if (into.isLentBy(piece.extent())) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * {@return whether {@link #share} is worth trying; false where it never works, so that callers need not find out
     * what to share}
     *
     * @throws UnsupportedFeatureException if the disk is open for reading only
     * @throws IOException never otherwise
     */
    public boolean sharesBlocks() throws IOException {
        return writer().sharesBlocks();
    }

    /** What is done with runs while nobody closes the disk that they are of. */
    @FunctionalInterface
    private interface Borrower {
        boolean take(SharedRuns runs) throws IOException;
    }

    private boolean lend(long from, long length, Borrower borrower) throws IOException {
        checkRange(from, length);
        lockShared();
        try {
            SharedRuns runs = SharedRuns.of(reader, from, length);
            return runs.worthwhile() && borrower.take(runs);
        } finally {
            unlockShared();
        }
    }

    private boolean take(DiskWriter target, long shift, SharedRuns runs) throws IOException {
        boolean[] shared = {true};
        change(runs.start() + shift, runs.length(), () -> {
            shared[0] = runs.into(target, shift);
            return true;
        });
        return shared[0];
    }

    /**
     * Makes a range read as zeros, with as little space as the format allows.
     *
     * @param position the first byte
     * @param length how many bytes, inside the capacity
     * @throws IndexOutOfBoundsException if the range is not inside the capacity
     * @throws IOException as {@link #write}
     */
    public void zero(long position, long length) throws IOException {
        checkRange(position, length);
        DiskWriter target = writer();
        change(position, length, () -> target.zero(position, length));
    }

    /**
     * Gives a range back: it reads as zeros, and whole grains give up their space.
     *
     * @param position the first byte
     * @param length how many bytes, inside the capacity
     * @throws IndexOutOfBoundsException if the range is not inside the capacity
     * @throws IOException as {@link #write}
     */
    public void unmap(long position, long length) throws IOException {
        checkRange(position, length);
        DiskWriter target = writer();
        change(position, length, () -> target.unmap(position, length));
    }

    /** Can be made again, should it have failed half way. */
    @FunctionalInterface
    private interface Change {
        boolean run() throws IOException;
    }

    private void change(long position, long length, Change change) throws IOException {
        if (length == 0) {
            return;
        }
        try {
            change(lock.readLock(), position, length, change);
        } catch (LimitExceededException full) {
            changeAfterFlush(position, length, change);
        }
        if (writer().wantsFlush()) {
            flush();
        }
    }

    private void change(Lock held, long position, long length, Change change) throws IOException {
        held.lock();
        try {
            checkOpen();
            // What fails half way has changed some of it.
            boolean moved = true;
            try {
                moved = change.run();
            } finally {
                if (moved) {
                    reader.invalidate(position, length);
                }
            }
        } finally {
            held.unlock();
        }
    }

    /** A file that has used all its format can name may hold space that was freed, and is free after a flush only. */
    private void changeAfterFlush(long position, long length, Change change) throws IOException {
        lock.writeLock().lock();
        try {
            flush();
            change(lock.writeLock(), position, length, change);
        } finally {
            lock.writeLock().unlock();
        }
    }

    /**
     * Makes everything that was written so far durable. It does nothing for a disk that is open for reading.
     *
     * @throws UnsafeStateException if an earlier change failed because a file is damaged or can't hold it
     * @throws IOException if a file can't be written, an earlier change failed, or the disk is closed
     */
    public void flush() throws IOException {
        checkOpen();
        if (writer != null) {
            lock.writeLock().lock();
            try {
                writer.flush();
            } finally {
                lock.writeLock().unlock();
            }
        }
    }

    /** {@return whether the disk was opened for writing} */
    public boolean isWritable() {
        return writer != null;
    }

    /** {@return a channel with a position of its own, for one thread; closing it leaves the disk open} */
    public SeekableByteChannel channel() {
        return new DiskChannel(bytes());
    }

    /**
     * {@return a stream of the disk's bytes from the first to the last, for one thread; closing it leaves the disk
     * open}
     */
    public InputStream inputStream() {
        return new DiskInputStream(bytes());
    }

    private DiskBytes bytes() {
        return new DiskBytes() {
            @Override
            public long capacity() {
                return VirtualDisk.this.capacity();
            }

            @Override
            public boolean isWritable() {
                return VirtualDisk.this.isWritable();
            }

            @Override
            public int read(long position, ByteBuffer into) throws IOException {
                return VirtualDisk.this.read(position, into);
            }

            @Override
            public void write(long position, ByteBuffer from) throws IOException {
                VirtualDisk.this.write(position, from);
            }
        };
    }

    /** A read-only disk never moves a byte, so only a writable one pays for the lock. */
    private void lockShared() {
        if (writer != null) {
            lock.readLock().lock();
        }
    }

    private void unlockShared() {
        if (writer != null) {
            lock.readLock().unlock();
        }
    }

    private DiskWriter writer() throws UnsupportedFeatureException {
        return Optional.ofNullable(writer)
                .orElseThrow(() -> new UnsupportedFeatureException(
                        "read-only", chain.top().path(), "the disk is open for reading only", "open it for writing"));
    }

    private void checkOpen() throws IOException {
        if (closed) {
            throw new java.nio.channels.ClosedChannelException();
        }
        if (writer != null) {
            writer.requireSound();
        }
    }

    private void checkRange(long position, long length) {
        Objects.checkFromIndexSize(position, length, capacity);
    }

    /**
     * Flushes and closes all files; closing twice is harmless. After a change that failed half way it closes the files
     * as they are, and fails.
     *
     * @throws IOException if the flush or the closing of a file fails, or an earlier change failed
     */
    @Override
    public void close() throws IOException {
        lock.writeLock().lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            // Closed from the end: the extents mark themselves clean before the guard lets others in.
            List<Closeable> all = new ArrayList<>();
            all.add(writer != null ? writer : guard);
            all.addAll(links);
            try {
                if (writer != null) {
                    writer.flush();
                }
            } catch (IOException | RuntimeException e) {
                Closers.closeAfter(e, all);
                throw e;
            }
            Closers.closeAll(all);
        } finally {
            lock.writeLock().unlock();
        }
    }

    @Override
    public String toString() {
        return chain.top().path().toString();
    }
}
