package io.vmdisk.testkit;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.ProviderMismatchException;
import java.nio.file.StandardOpenOption;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The default file system behind a provider with the bad habits of third-party ones, which compile and run all the same:
 * each {@link Habit} is one that such a provider has, or could have.
 */
public final class StrangeFileSystem extends FileSystem {
    /** A bad habit. */
    public enum Habit {
        /** Positional reads and writes go through the shared position. */
        MOVES_THE_SHARED_POSITION,
        /** A read gives seven bytes at most. */
        READS_LITTLE,
        /** Some reads give nothing, but the next one does. */
        READS_NOTHING_NOW_AND_THEN,
        /** Reads give nothing for ever. */
        READS_NOTHING,
        /** A read says that it gave more than it did. */
        MISCOUNTS,
        /** Going to a position does nothing. */
        STAYS_WHERE_IT_IS,
        /** Sizes are half of the truth. */
        SIZES_TOO_SMALL,
        /** Sizes are twice the truth. */
        SIZES_TOO_LARGE,
        /** Sizes are below zero. */
        SIZES_NEGATIVE,
        /** No file store. */
        NULL_STORE,
        /** No way to ask for the file store. */
        THROWS_FOR_STORES,
        /** No file has a folder. */
        NO_PARENTS,
        /** Every folder is its own parent's name twice. */
        WRONG_PARENTS,
        /** A file that was just made can't be seen at first. */
        LATE_VISIBILITY,
        /** No locks. */
        THROWS_FOR_LOCKS,
        /** Everybody gets the lock. */
        GIVES_ALL_LOCKS,
        /** No file channels. */
        NO_FILE_CHANNELS,
        /** No option that is not asked for every day. */
        REFUSES_OPTIONS,
        /** Attributes can't be asked. */
        THROWS_FOR_ATTRIBUTES,
        /** Reads end in a runtime exception. */
        THROWS_IN_READS,
        /** Lists end in a runtime exception. */
        THROWS_IN_LISTS,
        /** No real paths, and no keys of files. */
        NO_IDENTITY
    }

    private final FileSystem system;
    private final String scheme;
    private final Predicate<Habit> habits;
    private final StrangeProvider provider = new StrangeProvider();
    private final Set<Path> unseen = ConcurrentHashMap.newKeySet();

    /** A file system with these habits. */
    public StrangeFileSystem(Habit... habits) {
        this(FileSystems.getDefault(), "strange", Set.of(habits)::contains);
    }

    /**
     * One that changes its habits.
     *
     * @param system the file system behind it
     * @param habits those that it has now
     */
    StrangeFileSystem(FileSystem system, String scheme, Predicate<Habit> habits) {
        this.system = system;
        this.scheme = scheme;
        this.habits = habits;
    }

    /** The path here of one of the default file system. */
    public Path of(Path real) {
        return new StrangePath(real);
    }

    boolean has(Habit habit) {
        return habits.test(habit);
    }

    private static Path real(Path path) {
        if (path instanceof StrangePath strange) {
            return strange.real;
        }
        throw new ProviderMismatchException();
    }

    @Override
    public FileSystemProvider provider() {
        return provider;
    }

    @Override
    public void close() {}

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }

    @Override
    public String getSeparator() {
        return "/";
    }

    @Override
    public Iterable<Path> getRootDirectories() {
        return List.of(of(system.getPath("/")));
    }

    @Override
    public Iterable<FileStore> getFileStores() {
        return List.of();
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
        return Set.of("basic");
    }

    @Override
    public Path getPath(String first, String... more) {
        return of(system.getPath(first, more));
    }

    @Override
    public PathMatcher getPathMatcher(String syntaxAndPattern) {
        throw new UnsupportedOperationException();
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
        throw new UnsupportedOperationException();
    }

    @Override
    public WatchService newWatchService() {
        throw new UnsupportedOperationException();
    }

    private final class StrangePath implements Path {
        private final Path real;

        StrangePath(Path real) {
            this.real = real;
        }

        private @Nullable Path wrap(@Nullable Path path) {
            return path == null ? null : new StrangePath(path);
        }

        @Override
        public FileSystem getFileSystem() {
            return StrangeFileSystem.this;
        }

        @Override
        public boolean isAbsolute() {
            return real.isAbsolute();
        }

        @Override
        public @Nullable Path getRoot() {
            return wrap(real.getRoot());
        }

        @Override
        public @Nullable Path getFileName() {
            return wrap(real.getFileName());
        }

        @Override
        public @Nullable Path getParent() {
            if (has(Habit.NO_PARENTS)) {
                return null;
            }
            Path parent = real.getParent();
            if (has(Habit.WRONG_PARENTS) && parent != null && parent.getFileName() != null) {
                return wrap(parent.resolve(parent.getFileName()));
            }
            return wrap(parent);
        }

        @Override
        public int getNameCount() {
            return real.getNameCount();
        }

        @Override
        public Path getName(int index) {
            return new StrangePath(real.getName(index));
        }

        @Override
        public Path subpath(int beginIndex, int endIndex) {
            return new StrangePath(real.subpath(beginIndex, endIndex));
        }

        @Override
        public boolean startsWith(Path other) {
            return other instanceof StrangePath strange && real.startsWith(strange.real);
        }

        @Override
        public boolean endsWith(Path other) {
            return other instanceof StrangePath strange && real.endsWith(strange.real);
        }

        @Override
        public Path normalize() {
            return new StrangePath(real.normalize());
        }

        @Override
        public Path resolve(Path other) {
            return new StrangePath(real.resolve(real(other)));
        }

        @Override
        public Path relativize(Path other) {
            return new StrangePath(real.relativize(real(other)));
        }

        @Override
        public URI toUri() {
            return URI.create(scheme + ":" + real.toUri().getRawPath());
        }

        @Override
        public Path toAbsolutePath() {
            return new StrangePath(real.toAbsolutePath());
        }

        @Override
        public Path toRealPath(LinkOption... options) throws IOException {
            if (has(Habit.NO_IDENTITY)) {
                throw new UnsupportedOperationException("no real paths");
            }
            return new StrangePath(real.toRealPath(options));
        }

        @Override
        public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int compareTo(Path other) {
            return real.compareTo(real(other));
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof StrangePath strange
                    && strange.getFileSystem() == getFileSystem()
                    && strange.real.equals(real);
        }

        @Override
        public int hashCode() {
            return Objects.hash(real);
        }

        @Override
        public String toString() {
            return real.toString();
        }
    }

    private final class StrangeProvider extends FileSystemProvider {
        @Override
        public String getScheme() {
            return scheme;
        }

        @Override
        public FileSystem newFileSystem(URI uri, Map<String, ?> env) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileSystem getFileSystem(URI uri) {
            return StrangeFileSystem.this;
        }

        @Override
        public Path getPath(URI uri) {
            return of(system.getPath(uri.getPath()));
        }

        @Override
        public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attrs)
                throws IOException {
            if (has(Habit.NO_FILE_CHANNELS)) {
                throw new UnsupportedOperationException("no file channels");
            }
            return channel(path, options);
        }

        @Override
        public SeekableByteChannel newByteChannel(
                Path path, Set<? extends OpenOption> options, FileAttribute<?>... attrs) throws IOException {
            return channel(path, options);
        }

        private StrangeChannel channel(Path path, Set<? extends OpenOption> options) throws IOException {
            if (has(Habit.REFUSES_OPTIONS) && options.contains(StandardOpenOption.SPARSE)) {
                throw new UnsupportedOperationException("SPARSE");
            }
            requireSeen(path);
            if (options.contains(StandardOpenOption.CREATE_NEW) && has(Habit.LATE_VISIBILITY)) {
                unseen.add(real(path));
            }
            return new StrangeChannel(
                    StrangeFileSystem.this, FileChannel.open(real(path), new HashSet<OpenOption>(options)));
        }

        /** The first look after a file was made does not see it. */
        private void requireSeen(Path path) throws NoSuchFileException {
            if (unseen.remove(real(path))) {
                throw new NoSuchFileException(path.toString());
            }
        }

        @Override
        public DirectoryStream<Path> newDirectoryStream(Path dir, DirectoryStream.Filter<? super Path> filter)
                throws IOException {
            if (has(Habit.THROWS_IN_LISTS)) {
                throw new IllegalStateException("no lists");
            }
            List<Path> entries = new ArrayList<>();
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(real(dir))) {
                for (Path entry : stream) {
                    if (!unseen.contains(entry)) {
                        entries.add(of(entry));
                    }
                }
            }
            return new DirectoryStream<>() {
                @Override
                public Iterator<Path> iterator() {
                    return entries.iterator();
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public void createDirectory(Path dir, FileAttribute<?>... attrs) throws IOException {
            Files.createDirectory(real(dir));
        }

        @Override
        public void delete(Path path) throws IOException {
            unseen.remove(real(path));
            Files.delete(real(path));
        }

        @Override
        public void copy(Path source, Path target, CopyOption... options) throws IOException {
            Files.copy(real(source), real(target), options);
        }

        @Override
        public void move(Path source, Path target, CopyOption... options) throws IOException {
            unseen.remove(real(source));
            Files.move(real(source), real(target), options);
        }

        @Override
        public boolean isSameFile(Path path, Path other) throws IOException {
            return Files.isSameFile(real(path), real(other));
        }

        @Override
        public boolean isHidden(Path path) {
            return false;
        }

        @Override
        public @Nullable FileStore getFileStore(Path path) throws IOException {
            if (has(Habit.NULL_STORE)) {
                return null;
            }
            if (has(Habit.THROWS_FOR_STORES)) {
                throw new UnsupportedOperationException("no stores");
            }
            return Files.getFileStore(real(path));
        }

        @Override
        public void checkAccess(Path path, AccessMode... modes) throws IOException {
            requireSeen(path);
            real(path).getFileSystem().provider().checkAccess(real(path), modes);
        }

        @Override
        public <V extends FileAttributeView> @Nullable V getFileAttributeView(
                Path path, Class<V> type, LinkOption... options) {
            return null;
        }

        @Override
        public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
                throws IOException {
            if (has(Habit.THROWS_FOR_ATTRIBUTES) || type != BasicFileAttributes.class) {
                throw new UnsupportedOperationException("no " + type.getSimpleName());
            }
            requireSeen(path);
            return type.cast(new StrangeAttributes(
                    StrangeFileSystem.this, Files.readAttributes(real(path), BasicFileAttributes.class, options)));
        }

        @Override
        public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) {
            throw new UnsupportedOperationException("no " + attributes);
        }

        @Override
        public void setAttribute(Path path, String attribute, Object value, LinkOption... options) {
            throw new UnsupportedOperationException("no " + attribute);
        }
    }

    long size(long truth) {
        if (has(Habit.SIZES_NEGATIVE)) {
            return -1;
        }
        return has(Habit.SIZES_TOO_SMALL) ? truth / 2 : has(Habit.SIZES_TOO_LARGE) ? truth * 2 : truth;
    }
}
