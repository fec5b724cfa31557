package io.vmdisk.storage;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.vmdisk.OutOfSpaceException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
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
 * function is missing, it can do as little as the Java 17 twin; no warning is ever printed. Functions are linked one by
 * one on first use. Safe for many threads; no call runs on a descriptor that is being closed.
 */
final class NativeFile {
    private static final NativeFile NONE = new NativeFile(null, -1, MemorySegment.NULL);

    private static final int O_RDONLY = 0;
    private static final int O_RDWR = 2;
    private static final int O_CLOEXEC = 0x80000;
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
    /** Where a call leaves its error; one for all calls, which the file's monitor keeps apart. */
    private final MemorySegment state;

    private int descriptor;

    private NativeFile(@Nullable Path path, int descriptor, MemorySegment state) {
        this.path = path;
        this.descriptor = descriptor;
        this.state = state;
    }

    /**
     * Opens the file that has this name, if it is still the one with this key; what can't be opened can do nothing.
     *
     * @param key the file's key when the channel was opened, or null if there is none
     */
    static NativeFile open(Path path, boolean writable, @Nullable Object key) throws IOException {
        MethodHandle open = canOpen(path, key) ? Open.CALL : null;
        if (open == null) {
            return NONE;
        }
        int descriptor;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(path.toAbsolutePath().toString(), Platform.names());
            descriptor = (int) open.invokeExact(name, (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC);
        } catch (Throwable e) {
            throw unexpected(e);
        }
        if (descriptor < 0) {
            return NONE;
        }
        NativeFile file = new NativeFile(
                AtomicName.finished(path), descriptor, Arena.ofAuto().allocate(Errno.LAYOUT));
        if (!isKeyOf(Path.of("/proc/self/fd/" + descriptor), key)) {
            file.close();
            return NONE;
        }
        return file;
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

    /** Links what is wanted, as its first use would. */
    static void link(HeadStart wanted) {
        // A switch would make one more class.
        if (wanted == HeadStart.FACTS) {
            allocatedBytes(Path.of(""), "no such key");
        } else {
            linkHoles();
        }
    }

    private static void linkHoles() {
        MethodHandle open = available() ? Open.CALL : null;
        MethodHandle lseek = open == null ? null : Lseek.CALL;
        if (lseek == null) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            // Of no file: the error is as good as an answer.
            long ignored = (long) lseek.invokeExact(arena.allocate(Errno.LAYOUT), -1, 0L, SEEK_DATA);
        } catch (Throwable e) {
            throw unexpected(e);
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
        MethodHandle lseek = this == NONE ? null : Lseek.CALL;
        if (lseek == null) {
            return -1;
        }
        checkOpen();
        try {
            long found = (long) lseek.invokeExact(state, descriptor, at, whence);
            return found >= 0 ? found : Errno.of(state) == ENXIO ? Long.MAX_VALUE : -1;
        } catch (Throwable e) {
            throw unexpected(e);
        }
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
        MethodHandle ioctl = this == NONE || from == NONE ? null : Ioctl.CALL;
        return ioctl != null && share(ioctl, 1, from, 1, 1) == EINVAL;
    }

    boolean share(long at, NativeFile from, long start, long length) throws IOException {
        MethodHandle ioctl = this == NONE || from == NONE ? null : Ioctl.CALL;
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
    private int share(MethodHandle ioctl, long at, NativeFile from, long start, long length) throws IOException {
        synchronized (from) {
            from.checkOpen();
            synchronized (this) {
                checkOpen();
                try (Arena arena = Arena.ofConfined()) {
                    MemorySegment range = arena.allocate(SHARE_BYTES, Long.BYTES);
                    range.setAtIndex(JAVA_LONG, 0, from.descriptor);
                    range.setAtIndex(JAVA_LONG, 1, start);
                    range.setAtIndex(JAVA_LONG, 2, length);
                    range.setAtIndex(JAVA_LONG, 3, at);
                    int error;
                    do {
                        int result = (int) ioctl.invokeExact(state, descriptor, SHARE_RANGE, range);
                        error = result == 0 ? 0 : Errno.of(state);
                    } while (error == EINTR);
                    return error;
                } catch (Throwable e) {
                    throw unexpected(e);
                }
            }
        }
    }

    /** Begins to write back what was written; nobody waits for it, and what goes wrong the next force says. */
    void startWriteBack() throws IOException {
        MethodHandle call = this == NONE ? null : SyncFileRange.CALL;
        if (call == null) {
            return;
        }
        synchronized (this) {
            checkOpen();
            try {
                int ignored = (int) call.invokeExact(descriptor, 0L, 0L, START_WRITE_BACK);
            } catch (Throwable e) {
                throw unexpected(e);
            }
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
        MethodHandle fallocate = this == NONE ? null : Fallocate.CALL;
        if (fallocate == null) {
            return EINVAL;
        }
        checkOpen();
        try {
            int error;
            do {
                int result = (int) fallocate.invokeExact(state, descriptor, mode, at, length);
                error = result == 0 ? 0 : Errno.of(state);
            } while (error == EINTR);
            return error;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /**
     * Bytes that the file of this name takes in its file system; -1 if unknown or if it is not the one with this key.
     *
     * <p>By name and not by descriptor: metadata commands ask this alone, and each further call to link would double what
     * they wait. A buffer and its address take the place of segments, whose accessors would be linked too.
     */
    static long allocatedBytes(Path path, @Nullable Object key) {
        MethodHandle statx = canOpen(path, key) ? Statx.CALL : null;
        if (statx == null) {
            return -1;
        }
        byte[] name = path.toAbsolutePath().toString().getBytes(Platform.names());
        ByteBuffer facts =
                ByteBuffer.allocateDirect(STATX_BYTES + name.length + 1).order(ByteOrder.nativeOrder());
        facts.put(STATX_BYTES, name);
        long address = MemorySegment.ofBuffer(facts).address();
        try {
            int result = (int) statx.invokeExact(AT_CWD, address + STATX_BYTES, 0, STATX_BLOCKS, address);
            // Reading the buffer is also what keeps it alive over the call.
            boolean known = (facts.getInt(0) & STATX_BLOCKS) != 0 && result == 0;
            return known && isKeyOf(path, key) ? Math.multiplyExact(facts.getLong(STATX_BLOCKS_AT), BLOCK_BYTES) : -1;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** As {@link BlockFile#sharedBytes}, by the file system's list of the file's extents. */
    long sharedBytes() throws IOException {
        MethodHandle ioctl = this == NONE ? null : Ioctl.CALL;
        return ioctl == null ? -1 : sharedBytes(ioctl);
    }

    private synchronized long sharedBytes(MethodHandle ioctl) throws IOException {
        ByteBuffer map = ByteBuffer.allocateDirect(MAP_HEAD_BYTES + EXTENTS_AT_ONCE * EXTENT_BYTES)
                .order(ByteOrder.nativeOrder());
        long shared = 0;
        long at = 0;
        while (at >= 0) {
            if (!extents(ioctl, map, at)) {
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
    private boolean extents(MethodHandle ioctl, ByteBuffer map, long at) throws IOException {
        checkOpen();
        map.putLong(0, at)
                .putLong(MAP_LENGTH_AT, Long.MAX_VALUE - at)
                .putLong(2 * Long.BYTES, 0)
                .putLong(MAP_ROOM_AT, EXTENTS_AT_ONCE);
        try {
            int result;
            do {
                result = (int) ioctl.invokeExact(state, descriptor, EXTENT_MAP, MemorySegment.ofBuffer(map));
            } while (result != 0 && Errno.of(state) == EINTR);
            return result == 0;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    void close() {
        if (this == NONE) {
            // Linking the call only to close nothing would make a JVM without native access print its warning.
            return;
        }
        MethodHandle close = Close.CALL;
        synchronized (this) {
            int closing = descriptor;
            descriptor = -1;
            if (closing < 0 || close == null) {
                return;
            }
            try {
                // Nothing was written through it, so an error tells nothing.
                int ignored = (int) close.invokeExact(closing);
            } catch (Throwable e) {
                throw unexpected(e);
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
        static final boolean SUPPORTED = NativeFile.class.getModule().isNativeAccessEnabled()
                && System.getProperty("os.name", "").equals("Linux")
                && Set.of("amd64", "aarch64").contains(System.getProperty("os.arch", ""));

        /** How the system spells names. */
        static Charset names() {
            return Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
        }

        /** Null where there is no such function, or no way to call it. */
        static @Nullable MethodHandle link(String name, FunctionDescriptor descriptor, Linker.Option... options) {
            try {
                Linker linker = Linker.nativeLinker();
                MemorySegment symbol = linker.defaultLookup().find(name).orElse(null);
                return symbol == null ? null : linker.downcallHandle(symbol, descriptor, options);
            } catch (RuntimeException | LinkageError e) {
                return null;
            }
        }
    }

    private static final class Errno {
        static final MemoryLayout LAYOUT = Linker.Option.captureStateLayout();
        static final Linker.Option CAPTURE = Linker.Option.captureCallState("errno");
        private static final VarHandle VALUE = LAYOUT.varHandle(MemoryLayout.PathElement.groupElement("errno"));

        static int of(MemorySegment state) {
            return (int) VALUE.get(state, 0L);
        }
    }

    private static final class Open {
        static final @Nullable MethodHandle CALL = Platform.link(
                "open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), Linker.Option.firstVariadicArg(2));
    }

    private static final class Close {
        static final @Nullable MethodHandle CALL = Platform.link("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    }

    private static final class Lseek {
        static final @Nullable MethodHandle CALL =
                Platform.link("lseek", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT), Errno.CAPTURE);
    }

    private static final class Fallocate {
        static final @Nullable MethodHandle CALL = Platform.link(
                "fallocate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG), Errno.CAPTURE);
    }

    private static final class SyncFileRange {
        static final @Nullable MethodHandle CALL = Platform.link(
                "sync_file_range", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    }

    private static final class Ioctl {
        static final @Nullable MethodHandle CALL = Platform.link(
                "ioctl",
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
                Linker.Option.firstVariadicArg(2),
                Errno.CAPTURE);
    }

    private static final class Statx {
        /** Its addresses as numbers, which are quicker to link. */
        static final @Nullable MethodHandle CALL = Platform.link(
                "statx", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG));
    }
}
