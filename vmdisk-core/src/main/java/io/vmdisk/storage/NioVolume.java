package io.vmdisk.storage;

import io.vmdisk.LimitExceededException;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Any NIO file system: the default one with all it can do, others with what their provider offers. */
final class NioVolume implements Volume {
    static final NioVolume INSTANCE = new NioVolume();

    /** A VM's folder has dozens of files; past this a folder is hostile or not one. */
    private static final int MAX_ENTRIES = 100_000;

    /** As many as Linux follows. */
    private static final int MAX_LINKS = 40;

    /** The bits of a Unix mode that say what a file is, and two of their values: sys/stat.h. */
    private static final int UNIX_KIND = 0170000;

    private static final int UNIX_PIPE = 0010000;
    private static final int UNIX_SOCKET = 0140000;

    private final LockTable locks = new LockTable();

    private NioVolume() {}

    /** The locks of this JVM. */
    LockTable locks() {
        return locks;
    }

    @Override
    public BlockFile open(Path path, OpenMode mode) throws IOException {
        Set<OpenOption> options = switch (mode) {
            case READ -> Set.of(StandardOpenOption.READ);
            case WRITE -> Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
            case CREATE ->
                Set.of(
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.SPARSE);
        };
        return mode == OpenMode.CREATE
                ? created(path, channel(path, options))
                : existing(path, isLink(path) ? real(path) : path, options, mode != OpenMode.READ);
    }

    @Override
    public BlockFile openWithin(LinkBounds bounds, Path path, OpenMode mode) throws IOException {
        Path name = bounds.followed(path);
        return mode == OpenMode.READ
                ? existing(path, name, Set.of(StandardOpenOption.READ), false)
                : existing(path, name, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE), true);
    }

    private BlockFile created(Path path, SeekableByteChannel channel) throws IOException {
        return new NioBlockFile(path, channel, true, keyOrClose(path, channel), locks);
    }

    /**
     * Looks before it opens, since opening a pipe waits for ever, and again afterwards, since names change hands.
     *
     * @param path as it was asked for
     * @param name what it leads to, no link any more
     */
    private BlockFile existing(Path path, Path name, Set<OpenOption> options, boolean writable) throws IOException {
        BasicFileAttributes seen = attributesOf(path, name);
        requireRegular(path, seen);
        Optional<SeekableByteChannel> parked = locks.parked(name, seen.fileKey(), writable);
        SeekableByteChannel channel = parked.isPresent() ? parked.get() : channel(name, withoutLinks(name, options));
        try {
            BasicFileAttributes opened = attributes(name, LinkOption.NOFOLLOW_LINKS);
            if (!opened.isRegularFile() || !Objects.equals(opened.fileKey(), seen.fileKey())) {
                throw new UnsafeStateException(
                        "changed", path, "another file took this name while it was opened", "try again");
            }
            return new NioBlockFile(path, channel, writable, opened.fileKey(), locks);
        } catch (IOException | RuntimeException e) {
            locks.close(name, seen.fileKey(), channel, writable, null);
            throw e;
        }
    }

    private static BasicFileAttributes attributesOf(Path path, Path name) throws IOException {
        try {
            return attributes(name, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            throw path.equals(name) ? e : new NoSuchFileException(path.toString(), null, "it is a link to " + name);
        }
    }

    private static void requireRegular(Path path, BasicFileAttributes attributes) throws IOException {
        if (!attributes.isRegularFile()) {
            throw new UnsupportedFeatureException(
                    attributes.isDirectory() ? "folder" : "device",
                    path,
                    attributes.isDirectory() ? "this is a folder, not a file" : "this is not a regular file",
                    attributes.isDirectory() ? "name a file in it" : "a device opens only when its path is allowed");
        }
    }

    /** Only the default file system is known to take the option; the look afterwards is there for all. */
    static Set<OpenOption> withoutLinks(Path path, Set<OpenOption> options) {
        if (!Provider.isDefault(path)) {
            return options;
        }
        Set<OpenOption> strict = new HashSet<>(options);
        strict.add(LinkOption.NOFOLLOW_LINKS);
        return strict;
    }

    @Override
    public BlockFile createLike(Path path, Path model) throws IOException {
        if (!exists(model)) {
            return open(path, OpenMode.CREATE);
        }
        if (RightsKeeper.copyEmpty(real(model), path)) {
            return open(path, OpenMode.WRITE);
        }
        SeekableByteChannel channel = channel(
                path,
                Set.of(
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.SPARSE),
                RightsKeeper.narrow(path));
        BlockFile file = created(path, channel);
        try {
            RightsKeeper.keep(real(model), path);
            return file;
        } catch (IOException | RuntimeException e) {
            removeAfter(e, file, path);
            throw e;
        }
    }

    private static void removeAfter(Exception failure, BlockFile file, Path path) {
        try (file) {
            Files.delete(path);
        } catch (IOException suppressed) {
            failure.addSuppressed(suppressed);
        }
    }

    @Override
    public Optional<FileRights> rights(Path path) throws IOException {
        return Optional.ofNullable(RightsKeeper.of(path));
    }

    private static @Nullable Object keyOrClose(Path path, SeekableByteChannel created) throws IOException {
        try {
            return attributes(path).fileKey();
        } catch (IOException | RuntimeException e) {
            created.close();
            throw e;
        }
    }

    private static SeekableByteChannel channel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        Provider.requireKnownFolder(path);
        return Provider.call(path, "open the file", () -> {
            try {
                return FileChannel.open(path, options, attributes);
            } catch (UnsupportedOperationException e) {
                // Without a FileChannel (object stores, some in-memory systems), or without the hint that holes will
                // come.
                Set<OpenOption> plain = new HashSet<>(options);
                plain.remove(StandardOpenOption.SPARSE);
                return Files.newByteChannel(path, plain, attributes);
            }
        });
    }

    private static BasicFileAttributes attributes(Path path, LinkOption... options) throws IOException {
        Provider.requireKnownFolder(path);
        return Provider.call(
                path, "tell what the file is", () -> Files.readAttributes(path, BasicFileAttributes.class, options));
    }

    @Override
    public BlockFile openDevice(Path path) throws IOException {
        if (isPipeOrSocket(path)) {
            throw new UnsupportedFeatureException(
                    "pipe", path, "this is a pipe or a socket, which can't be read at any place", "name a device");
        }
        return new NioBlockFile(path, channel(path, Set.of(StandardOpenOption.READ)), false, null, locks);
    }

    private static boolean isPipeOrSocket(Path path) throws IOException {
        if (!path.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return false;
        }
        int kind = (Integer) Files.getAttribute(path, "unix:mode") & UNIX_KIND;
        return kind == UNIX_PIPE || kind == UNIX_SOCKET;
    }

    @Override
    public boolean exists(Path path) {
        return looks(path);
    }

    private static boolean looks(Path path, LinkOption... options) {
        try {
            return Files.exists(path, options);
        } catch (RuntimeException e) {
            // What a foreign file system can't even look for is not there.
            return false;
        }
    }

    @Override
    public boolean taken(Path path) {
        return looks(path, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public boolean isLink(Path path) {
        if (path.getFileSystem() instanceof FixedFiles) {
            return false;
        }
        try {
            return Files.isSymbolicLink(path);
        } catch (RuntimeException e) {
            // Foreign file systems without links.
            return false;
        }
    }

    @Override
    public Path real(Path path) throws IOException {
        return Provider.call(path, "follow links", () -> endOfLinks(path));
    }

    private Path endOfLinks(Path path) throws IOException {
        Path name = path.toAbsolutePath();
        for (int links = 0; links < MAX_LINKS; links++) {
            try {
                return name.toRealPath();
            } catch (NoSuchFileException e) {
                Path folder = name.getParent();
                if (folder == null) {
                    throw e;
                }
                if (!isLink(name)) {
                    return real(folder).resolve(name.getFileName()).normalize();
                }
                name = folder.resolve(Files.readSymbolicLink(name));
            } catch (UnsupportedOperationException e) {
                // No links to follow.
                return name.normalize();
            }
        }
        throw new FileSystemLoopException(path.toString());
    }

    @Override
    public FileFacts facts(Path path) throws IOException {
        BasicFileAttributes attributes = attributes(path);
        FileFacts.Kind kind = attributes.isRegularFile()
                ? FileFacts.Kind.FILE
                : attributes.isDirectory() ? FileFacts.Kind.FOLDER : FileFacts.Kind.OTHER;
        Object key = attributes.fileKey();
        return new FileFacts(
                kind,
                Math.max(0, attributes.size()),
                attributes.lastModifiedTime().toInstant(),
                key != null ? key : Provider.call(path, "tell the file's real name", path::toRealPath));
    }

    @Override
    public Optional<Entry> entry(Path path) throws IOException {
        BasicFileAttributes attributes;
        try {
            attributes = Provider.call(
                    path,
                    "tell what a name stands for",
                    () -> Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        Entry.Kind kind = attributes.isSymbolicLink()
                ? Entry.Kind.LINK
                : attributes.isRegularFile()
                        ? Entry.Kind.FILE
                        : attributes.isDirectory() ? Entry.Kind.FOLDER : Entry.Kind.OTHER;
        Optional<String> identity = unix(path, "ino")
                .or(() -> Optional.ofNullable(attributes.fileKey()))
                .map(String::valueOf);
        int names =
                unix(path, "nlink").map(links -> ((Number) links).intValue()).orElse(1);
        return Optional.of(new Entry(kind, attributes.size(), identity, kind == Entry.Kind.FILE ? names : 1));
    }

    /** The number in its file system only: that of the device may be another after each start. */
    private static Optional<Object> unix(Path path, String attribute) throws IOException {
        try {
            return Optional.ofNullable(Files.getAttribute(path, "unix:" + attribute, LinkOption.NOFOLLOW_LINKS));
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public void makeFolder(Path folder) throws IOException {
        Provider.requireKnownFolder(folder);
        boolean hasModes = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] narrow = hasModes
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                }
                : new FileAttribute<?>[0];
        Provider.run(folder, "make the folder", () -> Files.createDirectory(folder, narrow));
    }

    @Override
    public HeldFolder hold(Path root, Path folder) throws IOException {
        // Elsewhere a move between held folders does not replace, as in jimfs.
        Optional<HeldFolder> held = Provider.isDefault(root) ? SecureFolder.open(root, folder) : Optional.empty();
        return held.isPresent() ? held.get() : new CheckedFolder(this, root, folder);
    }

    @Override
    public List<Path> list(Path folder) throws IOException {
        return Provider.call(folder, "list the folder", () -> entries(folder));
    }

    private static List<Path> entries(Path folder) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            for (Path entry : stream) {
                if (entries.size() == MAX_ENTRIES) {
                    throw new LimitExceededException(
                            "folder-entries", folder, "the folder has more than " + MAX_ENTRIES + " entries");
                }
                entries.add(entry);
            }
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
        entries.sort(null);
        return entries;
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        Provider.requireKnownFolder(folder);
        Provider.run(folder, "make the folder", () -> Files.createDirectories(folder));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Provider.run(from, "rename the file", () -> move(from, to));
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @Override
    public void delete(Path path) throws IOException {
        Provider.run(path, "delete the file", () -> Files.delete(path));
    }

    @Override
    public void forceNames(Path folder) throws IOException {
        if (!attributes(folder).isDirectory()) {
            throw new NotDirectoryException(folder.toString());
        }
        FileChannel channel;
        try {
            channel = FileChannel.open(folder, StandardOpenOption.READ);
        } catch (IOException | UnsupportedOperationException e) {
            // Only Unix opens folders; elsewhere names are durable with the journal of the file system.
            return;
        }
        try (channel) {
            channel.force(true);
        } catch (IOException e) {
            // EINVAL: some network file systems have no way to force a folder. Anything else is a failing disk.
            if (!"Invalid argument".equals(e.getMessage())) {
                throw e;
            }
        }
    }

    @Override
    public long freeBytes(Path folder) throws IOException {
        Optional<FileStore> store = store(folder);
        if (store.isEmpty()) {
            return Long.MAX_VALUE;
        }
        try {
            long free = store.get().getUsableSpace();
            return free < 0 ? Long.MAX_VALUE : free;
        } catch (UnsupportedOperationException e) {
            // Archives and object stores do not know; the write itself tells.
            return Long.MAX_VALUE;
        }
    }

    /** The store; empty where the file system names none. */
    private static Optional<FileStore> store(Path folder) throws IOException {
        return Provider.call(folder, "name its file store", () -> {
            try {
                return Optional.ofNullable(Files.getFileStore(folder));
            } catch (UnsupportedOperationException e) {
                return Optional.empty();
            }
        });
    }

    @Override
    public boolean sharesBlocksOf(Path folder, BlockFile from) throws IOException {
        return from instanceof NioBlockFile file && BlockSharing.isKnownOf(folder) && file.lendsTo(folder);
    }

    @Override
    public String storeName(Path folder) throws IOException {
        Optional<FileStore> store = store(folder);
        if (store.isEmpty()) {
            return Provider.scheme(folder) + " " + folder.getFileSystem();
        }
        // Its own text tells the mount point; names alone are the same for all stores in memory.
        return store.get() + " (" + store.get().type() + ")";
    }

    @Override
    public void requireLocks(Path folder) throws IOException {
        refuseFixed(folder);
        Provider.requireRealLocks(folder);
    }

    private static void refuseFixed(Path path) throws UnsupportedFeatureException {
        if (path.getFileSystem() instanceof FixedFiles fixed) {
            throw fixed.refusal(path);
        }
    }

    @Override
    public Closeable lock(Path lockFile) throws IOException {
        refuseFixed(lockFile);
        return locks.lock(lockFile);
    }

    @Override
    public Closeable hold(Path file, Hold hold) throws IOException {
        if (hold == Hold.EXCLUSIVE) {
            refuseFixed(file);
        } else if (file.getFileSystem() instanceof FixedFiles) {
            return () -> {};
        }
        return locks.hold(file, hold);
    }
}
