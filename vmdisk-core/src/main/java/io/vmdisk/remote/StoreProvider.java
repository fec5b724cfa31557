package io.vmdisk.remote;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.spi.FileSystemProvider;
import java.time.Instant;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The calls to a {@link StoreFileSystem}. Whatever would change something is refused with a way on. */
final class StoreProvider extends FileSystemProvider {
    private static final Set<OpenOption> CHANGES = Set.of(
            StandardOpenOption.WRITE,
            StandardOpenOption.APPEND,
            StandardOpenOption.CREATE,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.DELETE_ON_CLOSE);

    private final StoreFileSystem files;

    StoreProvider(StoreFileSystem files) {
        this.files = files;
    }

    @Override
    public String getScheme() {
        return "vmdisk-store";
    }

    private static StoreKey keyOf(Path path) {
        return new StoreKey(((StorePath) path).key(), path.toAbsolutePath().normalize());
    }

    private StoredFiles.Found find(Path path) throws IOException {
        return files.objects()
                .find(keyOf(path))
                .orElseThrow(() -> new NoSuchFileException(path.toAbsolutePath().toString()));
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        if (options.stream().anyMatch(CHANGES::contains)) {
            throw RangeStore.readOnly(keyOf(path));
        }
        if (find(path) instanceof StoredFiles.Found.File file) {
            return new StoreChannel(files.objects(), keyOf(path), file.object());
        }
        throw new java.nio.file.FileSystemException(path.toString(), null, "is a folder");
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path folder, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        if (find(folder) instanceof StoredFiles.Found.File) {
            throw new NotDirectoryException(folder.toString());
        }
        java.util.List<Path> entries = new java.util.ArrayList<>();
        for (RangeStore.Entry entry : files.objects().list(keyOf(folder))) {
            Path path = folder.resolve(entry.name());
            if (filter.accept(path)) {
                entries.add(path);
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
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        find(path);
        if (java.util.Arrays.asList(modes).contains(AccessMode.WRITE)) {
            throw RangeStore.readOnly(keyOf(path));
        }
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        if (!type.isAssignableFrom(Attributes.class)) {
            throw new UnsupportedOperationException(type.getName());
        }
        return type.cast(attributes(path));
    }

    private Attributes attributes(Path path) throws IOException {
        if (find(path) instanceof StoredFiles.Found.File file) {
            return new Attributes(new Key(files.store().name(), keyOf(path).name(), file.object()));
        }
        return new Attributes(null);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String names, LinkOption... options) {
        throw new UnsupportedOperationException(names);
    }

    @Override
    public <V extends FileAttributeView> @Nullable V getFileAttributeView(
            Path path, Class<V> type, LinkOption... options) {
        if (type != BasicFileAttributeView.class) {
            return null;
        }
        return type.cast(new BasicFileAttributeView() {
            @Override
            public String name() {
                return "basic";
            }

            @Override
            public BasicFileAttributes readAttributes() throws IOException {
                return attributes(path);
            }

            @Override
            public void setTimes(@Nullable FileTime modified, @Nullable FileTime read, @Nullable FileTime created)
                    throws IOException {
                throw RangeStore.readOnly(keyOf(path));
            }
        });
    }

    /** One version of one object, wherever it was opened. */
    private record Key(String store, String name, StoredObject object) {}

    private record Attributes(@Nullable Key key) implements BasicFileAttributes {
        @Override
        public FileTime lastModifiedTime() {
            return FileTime.from(key == null ? Instant.EPOCH : key.object().modified());
        }

        @Override
        public FileTime lastAccessTime() {
            return lastModifiedTime();
        }

        @Override
        public FileTime creationTime() {
            return lastModifiedTime();
        }

        @Override
        public boolean isRegularFile() {
            return key != null;
        }

        @Override
        public boolean isDirectory() {
            return key == null;
        }

        @Override
        public boolean isSymbolicLink() {
            return false;
        }

        @Override
        public boolean isOther() {
            return false;
        }

        @Override
        public long size() {
            return key == null ? 0 : key.object().size();
        }

        @Override
        public @Nullable Object fileKey() {
            return key;
        }
    }

    @Override
    public boolean isSameFile(Path one, Path other) {
        return one.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize());
    }

    @Override
    public boolean isHidden(Path path) {
        return false;
    }

    @Override
    public FileStore getFileStore(Path path) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void createDirectory(Path folder, FileAttribute<?>... attributes) throws IOException {
        throw RangeStore.readOnly(keyOf(folder));
    }

    @Override
    public void delete(Path path) throws IOException {
        throw RangeStore.readOnly(keyOf(path));
    }

    @Override
    public void copy(Path from, Path to, CopyOption... options) throws IOException {
        throw RangeStore.readOnly(keyOf(to));
    }

    @Override
    public void move(Path from, Path to, CopyOption... options) throws IOException {
        throw RangeStore.readOnly(keyOf(from));
    }

    @Override
    public void setAttribute(Path path, String name, Object value, LinkOption... options) throws IOException {
        throw RangeStore.readOnly(keyOf(path));
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> settings) {
        throw new UnsupportedOperationException("use StoreFileSystem.of");
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        return files;
    }

    @Override
    public Path getPath(URI uri) {
        return files.getPath(uri.getPath());
    }
}
