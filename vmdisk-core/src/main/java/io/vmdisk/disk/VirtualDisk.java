package io.vmdisk.disk;

import io.vmdisk.ByteRange;
import io.vmdisk.LimitExceededException;
import io.vmdisk.Run;
import io.vmdisk.RunSink;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.extent.Closers;
import io.vmdisk.extent.TableCache;
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
 * A virtual disk with all its parents, whatever mix of formats they have.
 *
 * <p>Reads, writes, zeroing and unmapping are positional and may run from many threads at once; {@link #flush} and
 * {@link #close} wait for them. Writes are kept like in a drive's cache: {@link #flush} makes them durable, a crash
 * before it loses only what was not flushed. Parents are never written to. Close it; closing flushes.
 *
 * <p>A change or flush that fails half way, as for a drive's error or a full file store, is the last one: nothing of it,
 * nor of what was changed since the last flush, is published in the disk's tables; every later call says so, and
 * closing too. Then only a new open shows what the disk holds: in each sector the old bytes or the new.
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

    /** Opens a descriptor, a monolithic file or a bare extent for reading, with its whole parent chain. */
    public static VirtualDisk open(Path disk) throws IOException {
        return open(disk, OpenOptions.readOnly());
    }

    /**
     * Opens a disk.
     *
     * @throws io.vmdisk.BrokenChainException if a parent is missing or is not the one that is needed; its text shows the
     *     whole chain
     */
    public static VirtualDisk open(Path disk, OpenOptions options) throws IOException {
        return open(DiskChain.of(disk, options), options);
    }

    /** Opens a raw image: every byte of the file is a byte of the disk, whatever it looks like. */
    public static VirtualDisk openRaw(Path image, OpenOptions options) throws IOException {
        return open(DiskChain.ofRaw(image, options), options);
    }

    /** Opens what {@link DiskChain#of} found. */
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
     * The ranges that are known to be lost, in bytes, ascending: all of them once the whole disk was read, or located and
     * its data read. Empty unless it was opened with {@link OpenOptions#withDamage}.
     */
    public List<ByteRange> lost() {
        return losses.list();
    }

    /**
     * Why what is read for salvage may be wrong although it is not lost, such as changes that stand in a journal alone;
     * each is a sentence that names a file. Empty unless it was opened with {@link OpenOptions#withDamage}.
     */
    public List<String> doubts() {
        return links.stream().flatMap(link -> link.doubts().stream()).toList();
    }

    /** Virtual size in bytes, a multiple of 512. */
    public long capacity() {
        return capacity;
    }

    /** The links, this disk first, the base last. */
    public List<DiskLink> links() {
        return chain.links();
    }

    /** The chain, with the place where it breaks if it was opened in spite of that. */
    public DiskChain chain() {
        return chain;
    }

    /** Bytes that all files of a link take in their file system; their lengths where that is unknown. */
    public long allocatedBytes(int depth) throws IOException {
        checkOpen();
        long sum = 0;
        for (PlacedExtent piece : links.get(depth).pieces()) {
            sum += piece.extent().allocatedBytes();
        }
        return sum;
    }

    /** The largest unit in which a link allocates, in bytes. */
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
     * @param position first byte, not negative
     * @return how many bytes were read; fewer than asked only at the disk's end; -1 at or past it
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

    /** Streams the runs of a range, ascending and without gaps, until its end or until the sink wants no more. */
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
     * Refuses a disk of which a link was cut: a table in it names what lies behind the end of its file. Reads the tables of
     * all links. The first write to a disk asks this of the link that it changes; who is going to rely on all links asks
     * before.
     *
     * @throws io.vmdisk.UnsafeStateException ({@code truncated}) naming the file
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
     * @throws LimitExceededException past ten million runs; use {@link #locate} there
     */
    public List<Run> runs(long start, long length) throws IOException {
        RunCollector collector = new RunCollector(MAX_COLLECTED_RUNS);
        locate(start, length, collector);
        return collector.runs();
    }

    /**
     * Writes all of {@code from}; the range lies inside the capacity. The first write gives the disk a new content ID
     * before a byte of it changes.
     */
    public void write(long position, ByteBuffer from) throws IOException {
        checkRange(position, from.remaining());
        DiskWriter target = writer();
        int first = from.position();
        change(position, from.remaining(), () -> target.write(position, from.position(first)));
    }

    /**
     * Takes now the places that a write of this range is going to need. So writes that several threads make at once lie in
     * the file as if they were made one by one in the order of these calls, and the same work makes the same file.
     * Nothing reads differently.
     */
    public void reserve(long position, long length) throws IOException {
        checkRange(position, length);
        DiskWriter target = writer();
        change(position, length, () -> target.reserve(position, length));
    }

    /**
     * Makes a range read as another disk does, by letting both stand on the same blocks of their file system: no byte is
     * moved, and none is scanned for zeros. It is durable after a flush, as a write is. Two disks never do so both ways at
     * once.
     *
     * @param source another disk, which holds the range
     * @param from its first byte there
     * @return whether all of the range is so now; if not, what was done is part of it at most, and the range must be written
     */
    public boolean share(long position, long length, VirtualDisk source, long from) throws IOException {
        checkRange(position, length);
        source.checkRange(from, length);
        DiskWriter target = writer();
        return target.sharesBlocks() && source.lend(from, length, runs -> take(target, position - from, runs));
    }

    /** Whether {@link #share} is worth asking: false where it never works, and then nobody need find out what could be. */
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

    /** Makes a range read as zeros, with as little space as the format allows. */
    public void zero(long position, long length) throws IOException {
        checkRange(position, length);
        DiskWriter target = writer();
        change(position, length, () -> target.zero(position, length));
    }

    /** Gives a range back: it reads as zeros, and whole grains give up their space. */
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

    /** Makes everything written so far durable. */
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

    /** Whether it was opened for writing. */
    public boolean isWritable() {
        return writer != null;
    }

    /** A channel with a position of its own; closing it leaves the disk open. Not safe for many threads. */
    public SeekableByteChannel channel() {
        return new DiskChannel(bytes());
    }

    /** The disk's bytes from the first to the last; closing it leaves the disk open. */
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
     * Flushes and closes all files; closing twice is harmless. After a change that failed half way it closes them as they
     * are, and fails.
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
