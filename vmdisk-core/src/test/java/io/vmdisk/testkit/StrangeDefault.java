package io.vmdisk.testkit;

import io.vmdisk.testkit.StrangeFileSystem.Habit;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A strange file system in the place of a JVM's own: what programs name with {@link Path#of} is there. Name it with
 * {@code -Djava.nio.file.spi.DefaultFileSystemProvider}; its habit is what the property {@link #HABIT} says at the moment.
 */
public final class StrangeDefault extends FileSystemProvider {
    /** The system property that names a {@link Habit}; without it there is none. */
    public static final String HABIT = "vmdisk.test.habit";

    private final FileSystem strange;
    private final FileSystemProvider behind;

    /** As the JVM makes it, of the one that it replaces. */
    public StrangeDefault(FileSystemProvider system) {
        strange = new StrangeFileSystem(
                system.getFileSystem(URI.create("file:///")),
                "file",
                habit -> habit.name().equals(System.getProperty(HABIT)));
        behind = strange.provider();
    }

    @Override
    public String getScheme() {
        return behind.getScheme();
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> env) throws IOException {
        return behind.newFileSystem(uri, env);
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        return strange;
    }

    @Override
    public Path getPath(URI uri) {
        return behind.getPath(uri);
    }

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attrs)
            throws IOException {
        return behind.newFileChannel(path, options, attrs);
    }

    @Override
    public SeekableByteChannel newByteChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attrs)
            throws IOException {
        return behind.newByteChannel(path, options, attrs);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path dir, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        return behind.newDirectoryStream(dir, filter);
    }

    @Override
    public void createDirectory(Path dir, FileAttribute<?>... attrs) throws IOException {
        behind.createDirectory(dir, attrs);
    }

    @Override
    public void delete(Path path) throws IOException {
        behind.delete(path);
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) throws IOException {
        behind.copy(source, target, options);
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
        behind.move(source, target, options);
    }

    @Override
    public boolean isSameFile(Path path, Path other) throws IOException {
        return behind.isSameFile(path, other);
    }

    @Override
    public boolean isHidden(Path path) throws IOException {
        return behind.isHidden(path);
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
        return behind.getFileStore(path);
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        behind.checkAccess(path, modes);
    }

    @Override
    public <V extends FileAttributeView> @Nullable V getFileAttributeView(
            Path path, Class<V> type, LinkOption... options) {
        return behind.getFileAttributeView(path, type, options);
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        return behind.readAttributes(path, type, options);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) throws IOException {
        return behind.readAttributes(path, attributes, options);
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) throws IOException {
        behind.setAttribute(path, attribute, value, options);
    }
}
