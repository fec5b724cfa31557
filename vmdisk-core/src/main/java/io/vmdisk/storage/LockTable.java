package io.vmdisk.storage;

import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * The locks that this process holds, by the file and not by its name: whatever link or spelling leads to it.
 *
 * <p>Other processes are told by a lock of the operating system on the file itself, so a process that ends, however it
 * ends, leaves nothing behind. Within the process the table decides, since such locks are the whole process's. On Unix it
 * also loses a lock when it closes <em>any</em> descriptor of the file; so as long as a file is held, descriptors of it
 * that are closed are parked here, given out again to who opens it, and closed with the lock. Nobody ever waits.
 * Thread-safe.
 */
final class LockTable {
    /**
     * The one byte that is locked, where no file has any: what is locked can't be read by others on Windows, and at 100
     * and 200 lie the locks of qemu.
     */
    private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

    private final Map<FileId, Held> held = new HashMap<>();
    /** Channels of files that other code of this JVM has locked: closing one would free that lock. */
    private final Map<FileId, LockChannel> strangers = new HashMap<>();
    /** Shared by those who close, so that no lock is taken between their look at the table and the close. */
    private final ReadWriteLock guard = new ReentrantReadWriteLock();

    /** A file of this JVM: keys are unique within a file system only. */
    private record FileId(FileSystem system, Object key) {
        static FileId of(Path file, LinkOption... links) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class, links);
            if (!attributes.isRegularFile()) {
                // Opening a pipe would wait.
                throw new UnsupportedFeatureException("device", file, "this is not a regular file and can't be locked");
            }
            Object key = attributes.fileKey();
            return new FileId(file.getFileSystem(), key != null ? key : file.toRealPath(links));
        }

        // By hand, like hashCode: a record's own are linked at run time, which every short command would wait for.
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof FileId that && system.equals(that.system) && key.equals(that.key);
        }

        @Override
        public int hashCode() {
            return 31 * system.hashCode() + key.hashCode();
        }
    }

    private record LockChannel(FileChannel channel, boolean writable) {}

    private record Parked(SeekableByteChannel channel, boolean writable) {}

    /** A file that is held; without a channel where the provider has no locks and no second process sees its files. */
    private static final class Held {
        final Hold hold;
        final Optional<FileLock> lock;
        final List<Parked> parked = new ArrayList<>();
        final List<NativeFile> natives = new ArrayList<>();
        int holders = 1;

        Held(Hold hold, Optional<FileLock> lock) {
            this.hold = hold;
            this.lock = lock;
        }

        synchronized void park(SeekableByteChannel channel, boolean writable, @Nullable NativeFile nativeFile) {
            parked.add(new Parked(channel, writable));
            if (nativeFile != null) {
                natives.add(nativeFile);
            }
        }

        synchronized Optional<SeekableByteChannel> unpark(boolean writable) {
            for (Iterator<Parked> all = parked.iterator(); all.hasNext(); ) {
                Parked next = all.next();
                if (next.writable == writable) {
                    all.remove();
                    return Optional.of(next.channel);
                }
            }
            return Optional.empty();
        }

        /** Frees the lock first, then what was kept for its sake. */
        synchronized void close() throws IOException {
            List<Closeable> all = new ArrayList<>();
            lock.ifPresent(own -> all.add(own::release));
            lock.ifPresent(own -> all.add(own.acquiredBy()));
            parked.forEach(one -> all.add(one.channel));
            natives.forEach(one -> all.add(one::close));
            closeAll(all);
        }
    }

    private static void closeAll(List<Closeable> all) throws IOException {
        IOException failure = null;
        for (Closeable one : all) {
            try {
                one.close();
            } catch (IOException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** As {@link Volume#hold}. */
    Closeable hold(Path file, Hold hold) throws IOException {
        guard.writeLock().lock();
        try {
            FileId id = FileId.of(file);
            Held present = held.get(id);
            if (present == null) {
                held.put(id, new Held(hold, lockFile(file, id, hold)));
            } else if (hold == Hold.EXCLUSIVE || present.hold == Hold.EXCLUSIVE) {
                throw worksOnIt(file);
            } else {
                present.holders++;
            }
            return releaseOf(id);
        } finally {
            guard.writeLock().unlock();
        }
    }

    private Optional<FileLock> lockFile(Path file, FileId id, Hold hold) throws IOException {
        LockChannel opened;
        try {
            opened = strangers.containsKey(id) ? strangers.get(id) : openToLock(file, hold);
        } catch (UnsupportedOperationException e) {
            return Optional.empty();
        }
        boolean kept = false;
        try {
            boolean shared = hold == Hold.SHARED || !opened.writable;
            FileLock lock = opened.channel.tryLock(LOCKED_BYTE, 1, shared);
            // Whoever replaced the file since is at work here.
            if (lock == null || !isStill(id, file)) {
                throw worksOnIt(file);
            }
            strangers.remove(id);
            kept = true;
            return Optional.of(lock);
        } catch (OverlappingFileLockException e) {
            strangers.put(id, opened);
            throw worksOnIt(file);
        } catch (UnsupportedOperationException e) {
            return Optional.empty();
        } catch (UnsafeStateException e) {
            throw e;
        } catch (IOException e) {
            return withoutLocks(file, hold, e);
        } finally {
            if (!kept && !strangers.containsKey(id)) {
                opened.channel.close();
            }
        }
    }

    /** A file that can't be written is not going to be: keeping its writers out is enough, should there come any. */
    private static LockChannel openToLock(Path file, Hold hold) throws IOException {
        if (hold == Hold.EXCLUSIVE) {
            try {
                return new LockChannel(FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE), true);
            } catch (AccessDeniedException e) {
                // It may be removed or renamed all the same.
            }
        }
        return new LockChannel(FileChannel.open(file, StandardOpenOption.READ), false);
    }

    /** Some network file systems have no locks: what is only read there is read as ever. */
    private static Optional<FileLock> withoutLocks(Path file, Hold hold, IOException cause)
            throws UnsafeStateException {
        if (hold == Hold.SHARED) {
            return Optional.empty();
        }
        UnsafeStateException failure = new UnsafeStateException(
                "no-locks",
                file,
                "its file store gives no lock (" + cause.getMessage() + "), so others could not be kept out",
                "work on a copy in another file store");
        failure.initCause(cause);
        throw failure;
    }

    private static boolean isStill(FileId id, Path file) throws IOException {
        try {
            return id.equals(FileId.of(file));
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** As {@link Volume#lock}. */
    Closeable lock(Path lockFile) throws IOException {
        guard.writeLock().lock();
        try {
            if (Files.exists(lockFile, LinkOption.NOFOLLOW_LINKS)) {
                FileId id = FileId.of(lockFile, LinkOption.NOFOLLOW_LINKS);
                if (held.containsKey(id) || strangers.containsKey(id)) {
                    throw worksHere(lockFile);
                }
            }
            FileChannel channel;
            try {
                channel = FileChannel.open(
                        lockFile,
                        NioVolume.withoutLinks(
                                lockFile,
                                Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)));
            } catch (UnsupportedOperationException e) {
                return withoutChannel(lockFile);
            }
            return lockNamed(lockFile, channel);
        } finally {
            guard.writeLock().unlock();
        }
    }

    /** No second process sees files of such a provider. */
    private Closeable withoutChannel(Path lockFile) throws UnsafeStateException {
        FileId name =
                new FileId(lockFile.getFileSystem(), lockFile.toAbsolutePath().normalize());
        if (held.putIfAbsent(name, new Held(Hold.EXCLUSIVE, Optional.empty())) != null) {
            throw worksHere(lockFile);
        }
        return releaseOf(name);
    }

    private Closeable lockNamed(Path lockFile, FileChannel channel) throws IOException {
        boolean kept = false;
        @Nullable FileId id = null;
        try {
            id = FileId.of(lockFile, LinkOption.NOFOLLOW_LINKS);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw worksHere(lockFile);
            }
            requireOnlyName(lockFile);
            if (!isStillNamed(lockFile, channel)) {
                throw worksHere(lockFile);
            }
            held.put(id, new Held(Hold.EXCLUSIVE, Optional.of(lock)));
            kept = true;
            return releaseOf(id);
        } catch (NoSuchFileException e) {
            throw worksHere(lockFile);
        } catch (UnsupportedOperationException e) {
            return withoutChannel(lockFile);
        } catch (OverlappingFileLockException e) {
            kept = strangers.putIfAbsent(Objects.requireNonNull(id), new LockChannel(channel, true)) == null;
            throw worksHere(lockFile);
        } finally {
            if (!kept) {
                channel.close();
            }
        }
    }

    /** A file with a second name is somebody's, and would lose its content. */
    private static void requireOnlyName(Path lockFile) throws IOException {
        if (NioVolume.INSTANCE
                .entry(lockFile)
                .filter(entry -> entry.names() > 1)
                .isPresent()) {
            throw new UnsafeStateException(
                    "exists", lockFile, "the lock file is a second name of another file", "move it away");
        }
    }

    /**
     * A holder may delete the file when it is done: whoever locks it then must see that the name has gone on. A size that
     * only we gave it tells, without opening it again.
     */
    private static boolean isStillNamed(Path lockFile, FileChannel channel) throws IOException {
        long token = 1L + new SplittableRandom().nextInt(1 << 20);
        channel.truncate(0);
        channel.write(ByteBuffer.allocate(1), token - 1);
        try {
            return Files.size(lockFile) == token;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** A second close must not free the lock that somebody else holds by then. */
    private Closeable releaseOf(FileId id) {
        AtomicBoolean released = new AtomicBoolean();
        return () -> {
            if (released.compareAndSet(false, true)) {
                release(id);
            }
        };
    }

    private void release(FileId id) throws IOException {
        guard.writeLock().lock();
        try {
            Held present = held.get(id);
            if (present != null && --present.holders == 0) {
                held.remove(id);
                present.close();
            }
        } finally {
            guard.writeLock().unlock();
        }
    }

    /** A parked channel of a file that is held: whoever opens the file takes that. */
    Optional<SeekableByteChannel> parked(Path file, @Nullable Object key, boolean writable) {
        if (key == null) {
            return Optional.empty();
        }
        guard.readLock().lock();
        try {
            Held present = held.get(new FileId(file.getFileSystem(), key));
            return present == null ? Optional.empty() : present.unpark(writable);
        } finally {
            guard.readLock().unlock();
        }
    }

    /** Closes what was opened of a file, or parks it while the file is held. */
    void close(
            Path file,
            @Nullable Object key,
            SeekableByteChannel channel,
            boolean writable,
            @Nullable NativeFile nativeFile)
            throws IOException {
        guard.readLock().lock();
        try {
            Held present = key == null ? null : held.get(new FileId(file.getFileSystem(), key));
            if (present != null && channel.isOpen()) {
                present.park(channel, writable, nativeFile);
                return;
            }
            try (channel) {
                if (nativeFile != null) {
                    nativeFile.close();
                }
            }
        } finally {
            guard.readLock().unlock();
        }
    }

    private static UnsafeStateException worksOnIt(Path file) {
        return new UnsafeStateException(
                "locked", file, "another vmdisk works on it", "wait until it has ended and try again");
    }

    private static UnsafeStateException worksHere(Path lockFile) {
        return new UnsafeStateException(
                "locked", lockFile, "another vmdisk works in this folder", "wait until it has ended and try again");
    }
}
