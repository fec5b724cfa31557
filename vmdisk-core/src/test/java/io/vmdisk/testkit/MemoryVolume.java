package io.vmdisk.testkit;

import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.FileFacts;
import io.vmdisk.storage.Hold;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Folders and sparse files in memory, under paths that are only names: no disk is touched.
 *
 * <p>Behaves as a Unix file system does: a deleted or replaced file lives on for those who have it open, sparse ranges
 * are known page by page, locks exclude within this volume. Everything is durable at once; losing what was not forced is
 * {@link CrashReplay}'s job. Times are a count of changes, so runs repeat. {@link #openFiles} finds leaks; {@link #copy}
 * is cheap. Safe for many threads.
 */
public final class MemoryVolume implements Volume {
    private static final long CAPACITY = 1L << 40;

    /** A name's target: a file has content, a folder has none. */
    static final class Node {
        final @Nullable SparseBytes content;
        Instant modified = Instant.EPOCH;
        private final long number;

        Node(@Nullable SparseBytes content, long number) {
            this.content = content;
            this.number = number;
        }

        /** The same in every run, since locks are taken in this order. */
        @Override
        public String toString() {
            return String.format("node %010d", number);
        }
    }

    private record Held(Path name, Hold hold, int holders) {}

    private final Map<Node, Held> holds = new HashMap<>();
    private long nodesMade;

    private final TreeMap<Path, Node> nodes = new TreeMap<>();
    private final Set<Path> locks = new HashSet<>();
    private final Set<Path> withheld = new HashSet<>();
    private final List<Path> open = new ArrayList<>();
    private long changes;
    private long capacity = CAPACITY;
    private volatile boolean sharing;
    private volatile boolean refusing;
    private final AtomicLong sharedBytes = new AtomicLong();

    /** An empty volume, but for {@link #folder}. */
    public MemoryVolume() {
        putFolder(folder());
    }

    /** A folder that is there from the start. */
    public static Path folder() {
        return Path.of("/vm").toAbsolutePath();
    }

    /**
     * Makes this a small volume: so much is free now, in blocks of 4096 bytes. A write that needs more leaves what still
     * fits and fails as Unix does. Also a way to fill it, or to make room again.
     */
    public synchronized MemoryVolume leaveFree(long bytes) {
        capacity = used() + bytes;
        return this;
    }

    /** Makes this a volume whose files can stand on the same blocks. */
    public MemoryVolume sharing() {
        sharing = true;
        return this;
    }

    /** Makes this a volume that says its files could stand on the same blocks, and then refuses that. */
    public MemoryVolume pretendingToShare() {
        sharing = true;
        refusing = true;
        return this;
    }

    /** Bytes that came to stand in a second file without a write. */
    public long sharedBytes() {
        return sharedBytes.get();
    }

    /** From now on nobody may read this file, though all see that it is there. */
    public synchronized MemoryVolume withhold(Path path) {
        withheld.add(name(path));
        return this;
    }

    /** The same content under the same names, nothing open, nothing locked; later changes stay apart. */
    public synchronized MemoryVolume copy() {
        MemoryVolume copy = new MemoryVolume();
        copy.capacity = capacity;
        copy.sharing = sharing;
        copy.refusing = refusing;
        copy.withheld.addAll(withheld);
        nodes.forEach(
                (path, node) -> copy.nodes.put(path, copy.fresh(node.content == null ? null : node.content.copy())));
        return copy;
    }

    /** Puts a file in place, whatever was there; folders above it are made. */
    public synchronized void put(Path path, byte[] bytes) {
        SparseBytes content = new SparseBytes();
        content.write(0, bytes);
        put(path, content);
    }

    synchronized void put(Path path, SparseBytes content) {
        Path name = name(path);
        Path parent = name.getParent();
        if (parent != null) {
            putFolder(parent);
        }
        nodes.put(name, fresh(content));
    }

    synchronized void putFolder(Path path) {
        for (Path at = name(path); at != null; at = at.getParent()) {
            nodes.computeIfAbsent(at, p -> fresh(null));
        }
    }

    /** A file's content; it must fit an array. */
    public synchronized byte[] bytes(Path path) throws IOException {
        SparseBytes content = content(path);
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(content.size()));
        content.read(0, bytes);
        return bytes.array();
    }

    /** The names of all files, sorted. */
    public synchronized List<Path> files() {
        return nodes.entrySet().stream()
                .filter(entry -> entry.getValue().content != null)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The names of all folders, sorted. */
    public synchronized List<Path> folders() {
        return nodes.entrySet().stream()
                .filter(entry -> entry.getValue().content == null)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The names under which files were opened that are not closed yet: none, when the tested code has ended. */
    public synchronized List<Path> openFiles() {
        return List.copyOf(open);
    }

    /** The names that are locked now, and those by which files are held. */
    public synchronized Set<Path> locked() {
        Set<Path> locked = new HashSet<>(locks);
        holds.values().forEach(held -> locked.add(held.name));
        return locked;
    }

    private Node fresh(@Nullable SparseBytes content) {
        return new Node(content, nodesMade++);
    }

    /** Equal for equal files under equal names; other states have, but for a very rare chance, another. */
    synchronized long fingerprint() {
        long mixed = 0;
        for (var node : nodes.entrySet()) {
            SparseBytes content = node.getValue().content;
            mixed = (mixed * 31 + node.getKey().hashCode()) * 31 + (content == null ? 1 : content.fingerprint());
        }
        return mixed;
    }

    /** The content of one of {@link #files}. */
    synchronized SparseBytes contentOf(Path file) {
        Node node = nodes.get(name(file));
        if (node == null || node.content == null) {
            throw new IllegalArgumentException("not a file: " + file);
        }
        return node.content;
    }

    private SparseBytes content(Path path) throws IOException {
        Node node = node(path);
        if (node.content == null) {
            throw new UnsupportedFeatureException("folder", path, "this is a folder, not a file", "name a file in it");
        }
        return node.content;
    }

    private synchronized Node node(Path path) throws NoSuchFileException {
        Node node = nodes.get(name(path));
        if (node == null) {
            throw new NoSuchFileException(path.toString());
        }
        return node;
    }

    private void requireParent(Path name) throws NoSuchFileException {
        Node parent = nodes.get(name.getParent());
        if (parent == null || parent.content != null) {
            throw new NoSuchFileException(name.toString());
        }
    }

    private void touch(Node node) {
        node.modified = Instant.EPOCH.plusSeconds(++changes);
    }

    private static Path name(Path path) {
        return path.toAbsolutePath().normalize();
    }

    @Override
    public synchronized BlockFile open(Path path, OpenMode mode) throws IOException {
        Path name = name(path);
        if (mode == OpenMode.CREATE) {
            if (nodes.containsKey(name)) {
                throw new FileAlreadyExistsException(path.toString());
            }
            requireParent(name);
            Node fresh = fresh(new SparseBytes());
            touch(fresh);
            nodes.put(name, fresh);
        }
        if (withheld.contains(name)) {
            throw new AccessDeniedException(path.toString());
        }
        SparseBytes content = content(path);
        open.add(path);
        return new OpenFile(path, node(path), content, mode != OpenMode.READ);
    }

    @Override
    public BlockFile openDevice(Path path) throws IOException {
        return open(path, OpenMode.READ);
    }

    @Override
    public synchronized boolean exists(Path path) {
        return nodes.containsKey(name(path));
    }

    @Override
    public synchronized FileFacts facts(Path path) throws IOException {
        Node node = node(path);
        return node.content == null
                ? new FileFacts(FileFacts.Kind.FOLDER, 0, node.modified, node)
                : new FileFacts(FileFacts.Kind.FILE, node.content.size(), node.modified, node);
    }

    @Override
    public synchronized List<Path> list(Path folder) throws IOException {
        if (node(folder).content != null) {
            throw new NotDirectoryException(folder.toString());
        }
        Path name = name(folder);
        return nodes.keySet().stream()
                .filter(path -> name.equals(path.getParent()))
                .map(path -> folder.resolve(path.getFileName().toString()))
                .sorted()
                .toList();
    }

    @Override
    public synchronized void createFolder(Path folder) throws IOException {
        for (Path at = name(folder); at != null; at = at.getParent()) {
            Node node = nodes.get(at);
            if (node != null && node.content != null) {
                throw new FileAlreadyExistsException(at.toString());
            }
        }
        putFolder(folder);
    }

    @Override
    public synchronized void rename(Path from, Path to) throws IOException {
        content(from);
        Path target = name(to);
        requireParent(target);
        Node replaced = nodes.get(target);
        if (replaced != null && replaced.content == null) {
            throw new FileAlreadyExistsException(to.toString());
        }
        Node moved = nodes.remove(name(from));
        nodes.put(target, moved);
    }

    @Override
    public synchronized void delete(Path path) throws IOException {
        if (node(path).content == null && !list(path).isEmpty()) {
            throw new DirectoryNotEmptyException(path.toString());
        }
        nodes.remove(name(path));
    }

    @Override
    public synchronized void forceNames(Path folder) throws IOException {
        if (node(folder).content != null) {
            throw new NotDirectoryException(folder.toString());
        }
    }

    @Override
    public synchronized long freeBytes(Path folder) throws IOException {
        node(folder);
        return Math.max(0, capacity - used());
    }

    private long used() {
        long used = 0;
        Set<Object> pages = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Node node : nodes.values()) {
            if (node.content != null && sharing) {
                node.content.addPages(pages);
            } else {
                used += node.content == null ? 0 : node.content.allocatedBytes();
            }
        }
        return used + (long) pages.size() * SparseBytes.PAGE;
    }

    /** How much of a write still fits; what is open but has no name any more is not counted. */
    private synchronized int fitting(SparseBytes content, long at, int length) {
        if (capacity == CAPACITY) {
            return length;
        }
        return content.fitting(at, length, Math.max(0, capacity - used()) / SparseBytes.PAGE);
    }

    @Override
    public boolean sharesBlocksOf(Path folder, BlockFile from) throws IOException {
        node(folder);
        return sharing && from instanceof OpenFile;
    }

    @Override
    public String storeName(Path folder) throws IOException {
        node(folder);
        return "memory";
    }

    @Override
    public synchronized Closeable lock(Path lockFile) throws IOException {
        Path name = name(lockFile);
        requireParent(name);
        if (!locks.add(name)) {
            throw new UnsafeStateException(
                    "locked", lockFile, "another vmdisk works in this folder", "wait until it has ended and try again");
        }
        nodes.computeIfAbsent(name, p -> fresh(new SparseBytes()));
        AtomicBoolean released = new AtomicBoolean();
        return () -> {
            if (released.compareAndSet(false, true)) {
                unlock(name);
            }
        };
    }

    @Override
    public synchronized Closeable hold(Path file, Hold hold) throws IOException {
        content(file);
        Node node = node(file);
        Held present = holds.get(node);
        if (present != null && (hold == Hold.EXCLUSIVE || present.hold == Hold.EXCLUSIVE)) {
            throw new UnsafeStateException(
                    "locked", file, "another vmdisk works on it", "wait until it has ended and try again");
        }
        holds.put(node, new Held(name(file), hold, present == null ? 1 : present.holders + 1));
        AtomicBoolean released = new AtomicBoolean();
        return () -> {
            if (released.compareAndSet(false, true)) {
                letGo(node);
            }
        };
    }

    private synchronized void letGo(Node node) {
        holds.computeIfPresent(
                node, (key, held) -> held.holders == 1 ? null : new Held(held.name, held.hold, held.holders - 1));
    }

    private synchronized void unlock(Path name) {
        locks.remove(name);
    }

    private synchronized void closed(Path path) {
        open.remove(path);
    }

    private synchronized void changed(Node node) {
        touch(node);
    }

    private final class OpenFile implements BlockFile {
        private final Path path;
        private final Node node;
        private final SparseBytes content;
        private final boolean writable;
        private volatile boolean closed;

        OpenFile(Path path, Node node, SparseBytes content, boolean writable) {
            this.path = path;
            this.node = node;
            this.content = content;
            this.writable = writable;
        }

        private void requireOpen() throws ClosedChannelException {
            if (closed) {
                throw new ClosedChannelException();
            }
        }

        private void requireWritable() throws ClosedChannelException {
            requireOpen();
            if (!writable) {
                throw new NonWritableChannelException();
            }
        }

        @Override
        public Path path() {
            return path;
        }

        @Override
        public long size() throws IOException {
            requireOpen();
            return content.size();
        }

        @Override
        public int read(long at, ByteBuffer into) throws IOException {
            requireOpen();
            return content.read(at, into);
        }

        @Override
        public void writeFully(long at, ByteBuffer from) throws IOException {
            requireWritable();
            int wanted = from.remaining();
            byte[] bytes = new byte[fitting(content, at, wanted)];
            from.get(bytes);
            content.write(at, bytes);
            changed(node);
            if (bytes.length < wanted) {
                throw new IOException("No space left on device");
            }
        }

        @Override
        public void setSize(long size) throws IOException {
            requireWritable();
            content.setSize(size);
            changed(node);
        }

        @Override
        public void force() throws IOException {
            requireOpen();
        }

        @Override
        public long nextData(long at) throws IOException {
            requireOpen();
            return content.nextData(at);
        }

        @Override
        public long nextHole(long at) throws IOException {
            requireOpen();
            return content.nextHole(at);
        }

        @Override
        public boolean punch(long at, long length) throws IOException {
            requireOpen();
            if (!writable) {
                return false;
            }
            content.clear(at, length);
            changed(node);
            return true;
        }

        @Override
        public boolean sharesBlocks() {
            return sharing && writable;
        }

        @Override
        public boolean sharesBlocksOf(BlockFile from) {
            return sharesBlocks() && from instanceof OpenFile;
        }

        /** Asked, refused and done as file systems do: whole pages, of which the last may be the end of the other file. */
        @Override
        public boolean share(long at, BlockFile from, long start, long length) throws IOException {
            requireWritable();
            boolean aligned = at % SparseBytes.PAGE == 0
                    && start % SparseBytes.PAGE == 0
                    && (length % SparseBytes.PAGE == 0 || start + length == from.size() && at + length >= size());
            if (!sharing || refusing || !aligned || !(from instanceof OpenFile other) || start + length > from.size()) {
                return false;
            }
            if (other.content == content && Math.abs(at - start) < length) {
                return false;
            }
            content.stand(at, length, other.content.lend(start, length));
            changed(node);
            sharedBytes.addAndGet(length);
            return true;
        }

        @Override
        public boolean allocate(long at, long length) throws IOException {
            requireOpen();
            return false;
        }

        @Override
        public long allocatedBytes() throws IOException {
            requireOpen();
            return content.allocatedBytes();
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                MemoryVolume.this.closed(path);
            }
        }

        @Override
        public String toString() {
            return path.toString();
        }
    }
}
