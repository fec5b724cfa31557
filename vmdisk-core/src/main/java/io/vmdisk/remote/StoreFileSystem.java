package io.vmdisk.remote;

import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.storage.FixedFiles;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.List;
import java.util.Set;

/**
 * The objects of a store as files that are read.
 *
 * <p>What is seen of an object is remembered until the file system is closed: all its bytes are of that version, or reading
 * fails. The files share a cache of bounded size. Thread-safe.
 *
 * @since 0.1
 */
public final class StoreFileSystem extends FileSystem implements FixedFiles {
    private final RangeStore store;
    private final StoreProvider provider;
    private final StoredFiles objects;
    private volatile boolean open = true;

    private StoreFileSystem(RangeStore store) {
        this.store = store;
        this.objects = new StoredFiles(store, store.isFar() ? new RangeCache(store) : store::read);
        this.provider = new StoreProvider(this);
    }

    /** The objects of a store, which is closed with the result. */
    public static StoreFileSystem of(RangeStore store) {
        return new StoreFileSystem(store);
    }

    /**
     * Begins a new object, which is there once it is published; so it is the only thing that is ever made in a store.
     *
     * @param path a path of such a file system
     * @throws io.vmdisk.UnsupportedFeatureException {@code read-only-store} where nothing can be made
     */
    public static NewObject create(Path path) throws IOException {
        StorePath own = (StorePath) path;
        return own.files()
                .store()
                .create(new StoreKey(own.key(), own.toAbsolutePath().normalize()));
    }

    /** Whether a path is one of a store. */
    public static boolean has(Path path) {
        return path.getFileSystem() instanceof StoreFileSystem;
    }

    @Override
    public UnsupportedFeatureException refusal(Path path) {
        StorePath own = (StorePath) path;
        return RangeStore.readOnly(new StoreKey(own.key(), own.toAbsolutePath().normalize()));
    }

    /**
     * Refuses a path of a store, to somebody who would change what lies there.
     *
     * @throws UnsupportedFeatureException {@code read-only-store}
     */
    public static void requireElsewhere(Path path) throws UnsupportedFeatureException {
        if (path instanceof StorePath own) {
            throw own.files().refusal(path);
        }
    }

    RangeStore store() {
        return store;
    }

    StoredFiles objects() {
        return objects;
    }

    @Override
    public FileSystemProvider provider() {
        return provider;
    }

    @Override
    public void close() throws IOException {
        open = false;
        store.close();
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isReadOnly() {
        return true;
    }

    @Override
    public String getSeparator() {
        return "/";
    }

    @Override
    public Iterable<Path> getRootDirectories() {
        return List.of(getPath("/"));
    }

    @Override
    public Iterable<FileStore> getFileStores() {
        return List.of();
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
        return Set.of("basic");
    }

    /**
     * A path in the store.
     *
     * @param first a path by the rules of Unix, or one with the store's name before it
     */
    @Override
    public Path getPath(String first, String... more) {
        return StorePath.parse(this, more.length == 0 ? first : first + '/' + String.join("/", more));
    }

    @Override
    public PathMatcher getPathMatcher(String pattern) {
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

    /** The store's name. */
    @Override
    public String toString() {
        return store.name();
    }
}
