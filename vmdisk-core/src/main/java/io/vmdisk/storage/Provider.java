package io.vmdisk.storage;

import io.vmdisk.UnsupportedFeatureException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the file system behind a path, and how calls to it are made.
 *
 * <p>The provider interface of Java lets anybody write a file system, and says more than many of them hold: positional
 * reads that move the shared position, locks that keep nobody out, runtime exceptions for what they lack. So what such a
 * file system has not shown is not relied on, and whatever it throws becomes an exception of ours that names the file and
 * what failed.
 */
final class Provider {
    /** The in-memory file system whose channels are known to be sound; nobody outside the process sees its files. */
    private static final String IN_MEMORY = "jimfs";

    private Provider() {}

    /** A call to a file system. */
    @FunctionalInterface
    interface Call<R> {
        R run() throws IOException;
    }

    /** A call without a result. */
    @FunctionalInterface
    interface Action {
        void run() throws IOException;
    }

    /** Makes a call; {@code what} completes "could not …". */
    static <R> R call(Path path, String what, Call<R> call) throws IOException {
        try {
            return call.run();
        } catch (NonReadableChannelException | NonWritableChannelException e) {
            // Of how we opened it, not of the file system.
            throw e;
        } catch (RuntimeException e) {
            throw failed(path, what, e);
        }
    }

    /** As {@link #call}. */
    static void run(Path path, String what, Action action) throws IOException {
        call(path, what, () -> {
            action.run();
            return true;
        });
    }

    private static IOException failed(Path path, String what, RuntimeException e) {
        String reason = e.getMessage() == null
                ? e.getClass().getSimpleName()
                : e.getClass().getSimpleName() + ", " + e.getMessage();
        UnsupportedFeatureException failure = new UnsupportedFeatureException(
                "file-system",
                path,
                "its file system (" + scheme(path) + ") could not " + what + ": " + reason,
                "copy the files to a local disk and work there");
        failure.initCause(e);
        return failure;
    }

    /** Whether positional reads and writes of many threads on one channel do not disturb each other. */
    static boolean isParallel(Path path) {
        return isKnown(path);
    }

    private static boolean isKnown(Path path) {
        return isDefault(path) || IN_MEMORY.equals(scheme(path));
    }

    /** Whether it is the JDK's own file system: {@code java.nio.file.spi.DefaultFileSystemProvider} names any. */
    static boolean isDefault(Path path) {
        FileSystem system = path.getFileSystem();
        return system == FileSystems.getDefault()
                && system.provider().getClass().getModule() == Object.class.getModule();
    }

    /** The name of the kind of file system. */
    static String scheme(Path path) {
        return String.valueOf(path.getFileSystem().provider().getScheme());
    }

    /**
     * Refuses a path whose folder its file system does not know, or gets wrong: what stands beside it would be looked for,
     * or made, in some other place.
     */
    static void requireKnownFolder(Path path) throws IOException {
        if (!isKnown(path) && !call(path, "tell the file's folder", () -> knowsFolder(path.toAbsolutePath()))) {
            throw new UnsupportedFeatureException(
                    "file-system",
                    path,
                    "its file system (" + scheme(path) + ") does not know the folder that the file is in",
                    "copy the files to a local disk and work there");
        }
    }

    private static boolean knowsFolder(Path path) {
        @Nullable Path name = path.getFileName();
        @Nullable Path folder = path.getParent();
        if (name == null || (folder == null && path.getNameCount() == 1)) {
            return true;
        }
        return folder != null && folder.resolve(name).equals(path);
    }

    /**
     * Refuses a folder in whose file system a lock keeps nobody out. An unknown one is tried: of two locks on one file,
     * through two channels, the second must not be given.
     */
    static void requireRealLocks(Path folder) throws IOException {
        if (!isKnown(folder)) {
            Optional<String> lack = call(folder, "say whether it has locks", () -> lackOfLocks(folder));
            if (lack.isPresent()) {
                throw new UnsupportedFeatureException(
                        "no-locks",
                        folder,
                        "its file system (" + scheme(folder) + ") has no locks that keep others out: " + lack.get()
                                + "; nothing is changed in place there",
                        "copy the files to a local disk, change them there, and copy them back");
            }
        }
    }

    /** Its own file: closing a second channel of a file can drop the first one's lock. */
    private static Optional<String> lackOfLocks(Path folder) throws IOException {
        Path probe = folder.resolve(FolderLock.OWN_PREFIX + "probe-" + Long.toHexString(new SecureRandom().nextLong()));
        try (FileChannel first = FileChannel.open(
                probe, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            try (FileChannel second = FileChannel.open(probe, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                return lackOfLocks(first, second);
            } finally {
                Files.deleteIfExists(probe);
            }
        } catch (UnsupportedOperationException e) {
            return Optional.of("it says so");
        }
    }

    private static Optional<String> lackOfLocks(FileChannel first, FileChannel second) throws IOException {
        FileLock held = first.tryLock();
        if (held == null) {
            return Optional.of("a new file could not be locked");
        }
        try {
            return second.tryLock() == null ? Optional.empty() : Optional.of("it gave the same lock twice");
        } catch (OverlappingFileLockException e) {
            return Optional.empty();
        }
    }
}
