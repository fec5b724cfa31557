package io.vmdisk.storage;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.vmdisk.OutOfSpaceException;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the operating system can do with a file and the JDK can't ask for: the twin for JDK 22 and later, by the calls of
 * 64-bit Linux.
 *
 * <p>A channel does not show its descriptor, so the file is opened a second time by its name, and used only if that is
 * still the very file the channel has: punching another one would destroy it. The second descriptor lives as long as the
 * channel, as closing it would drop the process's locks on the file.
 *
 * <p>Where native access was not granted, on another platform, for paths that are not the system's own, and where a
 * function is missing, it can do as little as the Java 17 twin; no warning is ever printed. Safe for many threads; no call
 * runs on a descriptor that is being closed.
 *
 * <p>All functions are called as one kind: five words in, one out, and an error. The JVM makes code for each kind when it is
 * first used, which takes as long as a short command; both of our processors' conventions let a function pass over words
 * that it does not take, and over the upper half of those that are narrower. Memory is reached through buffers, as the
 * accessors of segments would have to be linked too.
 */
final class NativeFile {
    private static final NativeFile NONE = new NativeFile(null, -1);

    private static final int O_RDONLY = 0;
    private static final int O_RDWR = 2;
    private static final int O_CLOEXEC = 0x80000;
    /** A file without a name, of which O_DIRECTORY is a part: a number that processors have their own of. */
    private static final int O_TMPFILE = 0x400000;

    private static final int O_DIRECTORY_AMD64 = 0x10000;
    private static final int O_DIRECTORY_ARM64 = 0x4000;
    private static final int OWNER_ONLY = 0600;
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;
    private static final int KEEP_SIZE = 1;
    private static final int PUNCH_HOLE = 2;
    private static final int START_WRITE_BACK = 2;
    private static final int AT_CWD = -100;
    private static final int STATX_BLOCKS = 0x400;
    private static final int STATX_BYTES = 256;
    private static final int STATX_BLOCKS_AT = 48;
    private static final int BLOCK_BYTES = 512;

    private static final int EINTR = 4;
    private static final int ENXIO = 6;
    private static final int EINVAL = 22;
    private static final int ENOSPC = 28;
    /** The answers of a file system that has no such thing: EPERM, ENODEV, EINVAL, ETXTBSY, ENOSYS, EOPNOTSUPP. */
    private static final Set<Integer> CANNOT = Set.of(1, 19, 22, 26, 38, 95);
    /** EBADF of a file that was opened otherwise, EXDEV of another file system, ENOTTY of one that has no such call. */
    private static final Set<Integer> CANNOT_SHARE = Set.of(9, 18, 25);
    /** FICLONERANGE, and its argument: descriptor, start and length of the source, start of the target, 64 bits each. */
    private static final long SHARE_RANGE = 0x4020940DL;

    private static final int SHARE_BYTES = 32;

    /** FS_IOC_FIEMAP: a head of start, length, flags, and of answers the count and how many fit; then these. */
    private static final long EXTENT_MAP = 0xC020660BL;

    private static final int MAP_HEAD_BYTES = 32;
    private static final int MAP_LENGTH_AT = 8;
    private static final int MAP_COUNT_AT = 20;
    private static final int MAP_ROOM_AT = 24;
    /** One answer: where in the file, where on the drive, how long, and what it is. */
    private static final int EXTENT_BYTES = 56;

    private static final int EXTENT_LENGTH_AT = 16;
    private static final int EXTENT_FLAGS_AT = 40;
    private static final int EXTENTS_AT_ONCE = 500;
    private static final int LAST_EXTENT = 1;
    private static final int SHARED_EXTENT = 0x2000;

    private final @Nullable Path path;
    /** What calls work with; one for all, which the file's monitor keeps apart. */
    private final Errno errno = new Errno();

    private final Memory range = new Memory(SHARE_BYTES);

    private int descriptor;

    private NativeFile(@Nullable Path path, int descriptor) {
        this.path = path;
        this.descriptor = descriptor;
    }

    /**
     * Opens the file that has this name, if it is still the one with this key; what can't be opened can do nothing.
     *
     * @param key the file's key when the channel was opened, or null if there is none
     */
    static NativeFile open(Path path, boolean writable, @Nullable Object key) throws IOException {
        if (!canOpen(path, key) || Function.OPEN == null) {
            return NONE;
        }
        Memory name = nameOf(path, 0);
        int descriptor = (int) Function.call(
                Function.OPEN, new Errno(), name.address(), (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC, 0, 0, 0);
        Reference.reachabilityFence(name);
        if (descriptor < 0) {
            return NONE;
        }
        NativeFile file = new NativeFile(AtomicName.finished(path), descriptor);
        if (!isKeyOf(Path.of("/proc/self/fd/" + descriptor), key)) {
            file.close();
            return NONE;
        }
        return file;
    }

    /**
     * Makes a file without a name, which is gone when it is closed or this process ends, whatever happens; what can't be made
     * can do nothing. The caller closes it.
     */
    static NativeFile unnamed(Path folder) {
        if (!available() || !Provider.isDefault(folder) || Function.OPEN == null) {
            return NONE;
        }
        Memory name = nameOf(folder, 0);
        int flags = O_TMPFILE | (Platform.AMD64 ? O_DIRECTORY_AMD64 : O_DIRECTORY_ARM64) | O_RDWR | O_CLOEXEC;
        int descriptor = (int) Function.call(Function.OPEN, new Errno(), name.address(), flags, OWNER_ONLY, 0, 0);
        Reference.reachabilityFence(name);
        return descriptor < 0 ? NONE : new NativeFile(folder, descriptor);
    }

    private static boolean canOpen(Path path, @Nullable Object key) {
        return available() && key != null && Provider.isDefault(path);
    }

    private static boolean isKeyOf(Path path, @Nullable Object key) {
        try {
            return Objects.equals(
                    key, Files.readAttributes(path, BasicFileAttributes.class).fileKey());
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether this is the tier that can. */
    static boolean available() {
        return Platform.SUPPORTED;
    }

    /** Links what all calls go through, as the first of them would. */
    static void link() {
        if (available() && Function.LSEEK != null) {
            // Of no file: the error is as good as an answer.
            Function.call(Function.LSEEK, new Errno(), -1, 0, 0, 0, 0);
        }
    }

    /** As {@link BlockFile#nextData}; -1 if unknown, {@link Long#MAX_VALUE} if only a hole follows. */
    long nextData(long at) throws IOException {
        return seek(at, SEEK_DATA);
    }

    /** As {@link BlockFile#nextHole}; -1 if unknown. */
    long nextHole(long at) throws IOException {
        return seek(at, SEEK_HOLE);
    }

    private synchronized long seek(long at, int whence) throws IOException {
        if (this == NONE || Function.LSEEK == null) {
            return -1;
        }
        checkOpen();
        long found = Function.call(Function.LSEEK, errno, descriptor, at, whence, 0, 0);
        return found >= 0 ? found : errno.number() == ENXIO ? Long.MAX_VALUE : -1;
    }

    boolean punch(long at, long length) throws IOException {
        int error = fallocate(PUNCH_HOLE | KEEP_SIZE, at, length);
        if (error != 0 && !CANNOT.contains(error)) {
            throw new IOException(path + ": giving back " + length + " bytes at " + at + " failed with error " + error);
        }
        return error == 0;
    }

    /**
     * Whether blocks of that file could be this one's. What is asked for is one byte between two blocks: it can't be shared,
     * so nothing is, and only a file system that shares finds that wrong.
     */
    boolean sharesWith(NativeFile from) throws IOException {
        MemorySegment ioctl = this == NONE || from == NONE ? null : Function.IOCTL;
        return ioctl != null && share(ioctl, 1, from, 1, 1) == EINVAL;
    }

    /**
     * The same, asked of a file that was made for it. What is asked for is all from the other one's end on, which is nothing, so
     * it is done only if their file system and what it noted of both allow it. Should the other one grow meanwhile, a file that
     * nobody wants to read shares its end.
     */
    boolean unnamedSharesWith(NativeFile from, long size) throws IOException {
        MemorySegment ioctl = this == NONE || from == NONE ? null : Function.IOCTL;
        return ioctl != null && share(ioctl, 0, from, size, 0) == 0;
    }

    boolean share(long at, NativeFile from, long start, long length) throws IOException {
        MemorySegment ioctl = this == NONE || from == NONE ? null : Function.IOCTL;
        if (ioctl == null) {
            return false;
        }
        int error = share(ioctl, at, from, start, length);
        if (error != 0 && !CANNOT.contains(error) && !CANNOT_SHARE.contains(error)) {
            throw error == ENOSPC
                    ? new OutOfSpaceException(
                            "share",
                            path,
                            "the file store has no room to note " + length + " shared bytes at " + at,
                            "free some space and try again")
                    : new IOException(path + ": sharing " + length + " bytes at " + at + " failed with error " + error);
        }
        return error == 0;
    }

    /** 0 or the error. Neither descriptor may be closed meanwhile; two files are never each other's source at once. */
    private int share(MemorySegment ioctl, long at, NativeFile from, long start, long length) throws IOException {
        synchronized (from) {
            from.checkOpen();
            synchronized (this) {
                checkOpen();
                range.buffer().clear();
                range.buffer()
                        .putLong(from.descriptor)
                        .putLong(start)
                        .putLong(length)
                        .putLong(at);
                int error;
                do {
                    int result = (int) Function.call(ioctl, errno, descriptor, SHARE_RANGE, range.address(), 0, 0);
                    error = result == 0 ? 0 : errno.number();
                } while (error == EINTR);
                return error;
            }
        }
    }

    /** Begins to write back what was written; nobody waits for it, and what goes wrong the next force says. */
    void startWriteBack() throws IOException {
        if (this == NONE || Function.SYNC_FILE_RANGE == null) {
            return;
        }
        synchronized (this) {
            checkOpen();
            Function.call(Function.SYNC_FILE_RANGE, errno, descriptor, 0, 0, START_WRITE_BACK, 0);
        }
    }

    boolean allocate(long at, long length) throws IOException {
        int error = fallocate(KEEP_SIZE, at, length);
        if (error == ENOSPC) {
            throw new OutOfSpaceException(
                    "reserve",
                    path,
                    "the file store has no room for " + length + " bytes at " + at,
                    "free some space and try again");
        }
        if (error != 0 && !CANNOT.contains(error)) {
            throw new IOException(path + ": reserving " + length + " bytes at " + at + " failed with error " + error);
        }
        return error == 0;
    }

    /** 0 or the error; EINVAL where there is no such call. */
    private synchronized int fallocate(int mode, long at, long length) throws IOException {
        if (this == NONE || Function.FALLOCATE == null) {
            return EINVAL;
        }
        checkOpen();
        int error;
        do {
            int result = (int) Function.call(Function.FALLOCATE, errno, descriptor, mode, at, length, 0);
            error = result == 0 ? 0 : errno.number();
        } while (error == EINTR);
        return error;
    }

    /**
     * Bytes that the file of this name takes in its file system; -1 if unknown or if it is not the one with this key.
     *
     * <p>By name and not by descriptor, which would have to be opened for it.
     */
    static long allocatedBytes(Path path, @Nullable Object key) {
        if (!canOpen(path, key) || Function.STATX == null) {
            return -1;
        }
        Memory facts = nameOf(path, STATX_BYTES);
        long answer = facts.address();
        int result =
                (int) Function.call(Function.STATX, new Errno(), AT_CWD, answer + STATX_BYTES, 0, STATX_BLOCKS, answer);
        // Reading the buffer is also what keeps it alive over the call.
        boolean known = (facts.buffer().getInt(0) & STATX_BLOCKS) != 0 && result == 0;
        return known && isKeyOf(path, key)
                ? Math.multiplyExact(facts.buffer().getLong(STATX_BLOCKS_AT), BLOCK_BYTES)
                : -1;
    }

    /** The name as the system takes it, with a zero at its end, behind so many free bytes. */
    private static Memory nameOf(Path path, int free) {
        byte[] name = path.toAbsolutePath().toString().getBytes(Platform.names());
        Memory memory = new Memory(free + name.length + 1);
        memory.buffer().put(free, name);
        return memory;
    }

    /** As {@link BlockFile#sharedBytes}, by the file system's list of the file's extents. */
    long sharedBytes() throws IOException {
        MemorySegment ioctl = this == NONE ? null : Function.IOCTL;
        return ioctl == null ? -1 : sharedBytes(ioctl);
    }

    private synchronized long sharedBytes(MemorySegment ioctl) throws IOException {
        Memory list = new Memory(MAP_HEAD_BYTES + EXTENTS_AT_ONCE * EXTENT_BYTES);
        ByteBuffer map = list.buffer();
        long shared = 0;
        long at = 0;
        while (at >= 0) {
            if (!extents(ioctl, list, at)) {
                return -1;
            }
            long next = -1;
            for (int i = 0; i < map.getInt(MAP_COUNT_AT); i++) {
                int extent = MAP_HEAD_BYTES + i * EXTENT_BYTES;
                long length = map.getLong(extent + EXTENT_LENGTH_AT);
                int flags = map.getInt(extent + EXTENT_FLAGS_AT);
                shared += (flags & SHARED_EXTENT) != 0 ? length : 0;
                next = (flags & LAST_EXTENT) != 0 ? -1 : map.getLong(extent) + length;
            }
            // Each list goes on behind the one before, or there is no end to them.
            at = next > at ? next : -1;
        }
        return shared;
    }

    /** Lists the extents from there on, as many as fit; false where the file system has no such list. */
    private boolean extents(MemorySegment ioctl, Memory list, long at) throws IOException {
        checkOpen();
        list.buffer()
                .putLong(0, at)
                .putLong(MAP_LENGTH_AT, Long.MAX_VALUE - at)
                .putLong(2 * Long.BYTES, 0)
                .putLong(MAP_ROOM_AT, EXTENTS_AT_ONCE);
        int result;
        do {
            result = (int) Function.call(ioctl, errno, descriptor, EXTENT_MAP, list.address(), 0, 0);
        } while (result != 0 && errno.number() == EINTR);
        return result == 0;
    }

    void close() {
        if (this == NONE) {
            // Linking the call only to close nothing would make a JVM without native access print its warning.
            return;
        }
        synchronized (this) {
            int closing = descriptor;
            descriptor = -1;
            if (closing >= 0 && Function.CLOSE != null) {
                // Nothing was written through it, so an error tells nothing.
                Function.call(Function.CLOSE, errno, closing, 0, 0, 0, 0);
            }
        }
    }

    private void checkOpen() throws ClosedChannelException {
        if (descriptor < 0) {
            throw new ClosedChannelException();
        }
    }

    /** A down-call declares {@link Throwable} and throws only what the JVM itself raises. */
    private static RuntimeException unexpected(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return e instanceof RuntimeException runtime ? runtime : new IllegalStateException(e);
    }

    private static final class Platform {
        static final boolean AMD64 = System.getProperty("os.arch", "").equals("amd64");
        static final boolean SUPPORTED = NativeFile.class.getModule().isNativeAccessEnabled()
                && System.getProperty("os.name", "").equals("Linux")
                && Set.of("amd64", "aarch64").contains(System.getProperty("os.arch", ""));

        /** How the system spells names. */
        static Charset names() {
            return Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
        }
    }

    /** Bytes that a call can read and write; all zero at first. */
    private static final class Memory {
        private final ByteBuffer buffer;
        private final MemorySegment segment;

        Memory(int bytes) {
            buffer = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
            segment = MemorySegment.ofBuffer(buffer);
        }

        ByteBuffer buffer() {
            return buffer;
        }

        long address() {
            return segment.address();
        }
    }

    /** Where a call leaves its error. */
    private static final class Errno {
        private final Memory memory = new Memory(Integer.BYTES);

        int number() {
            return memory.buffer.getInt(0);
        }
    }

    /** The system's functions; null where there is none, or no way to call it. */
    private static final class Function {
        private static final @Nullable MethodHandle ANY = linked();

        static final @Nullable MemorySegment OPEN = find("open");
        static final @Nullable MemorySegment CLOSE = find("close");
        static final @Nullable MemorySegment LSEEK = find("lseek");
        static final @Nullable MemorySegment FALLOCATE = find("fallocate");
        static final @Nullable MemorySegment SYNC_FILE_RANGE = find("sync_file_range");
        static final @Nullable MemorySegment IOCTL = find("ioctl");
        static final @Nullable MemorySegment STATX = find("statx");

        private static @Nullable MethodHandle linked() {
            try {
                return Linker.nativeLinker()
                        .downcallHandle(
                                FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                                Linker.Option.captureCallState("errno"));
            } catch (RuntimeException | LinkageError e) {
                return null;
            }
        }

        private static @Nullable MemorySegment find(String name) {
            return ANY == null
                    ? null
                    : Linker.nativeLinker().defaultLookup().find(name).orElse(null);
        }

        /** Of an int the lower half of the result is its value. */
        static long call(MemorySegment function, Errno errno, long a, long b, long c, long d, long e) {
            try {
                return (long) Objects.requireNonNull(ANY).invokeExact(function, errno.memory.segment, a, b, c, d, e);
            } catch (Throwable thrown) {
                throw unexpected(thrown);
            }
        }
    }
}
