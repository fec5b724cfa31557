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
 * The objects of a store as files for reading.
 *
 * <p>What is seen of an object is remembered until the file system is closed: all bytes of a file are of one version of
 * the object, or reading fails. The files share a cache of bounded size. Thread-safe.
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

    /**
     * {@return a new file system of the objects of a store}
     *
     * @param store is closed with the file system
     */
    public static StoreFileSystem of(RangeStore store) {
        return new StoreFileSystem(store);
    }

    /**
     * Begins a new object, which exists once it is published. Nothing else is ever made in a store.
     *
     * @param path a path of such a file system, with a name that is free
     * @return the object, which the caller closes
     * @throws io.vmdisk.UnsupportedFeatureException {@code read-only-store} if no object can be made in this store
     * @throws IOException if the store refuses
     */
    public static NewObject create(Path path) throws IOException {
        StorePath own = (StorePath) path;
        return own.files()
                .store()
                .create(new StoreKey(own.key(), own.toAbsolutePath().normalize()));
    }

    /**
     * {@return whether a path is in a store}
     *
     * @param path of any file system
     */
    public static boolean has(Path path) {
        return path.getFileSystem() instanceof StoreFileSystem;
    }

    @Override
    public UnsupportedFeatureException refusal(Path path) {
        StorePath own = (StorePath) path;
        return RangeStore.readOnly(new StoreKey(own.key(), own.toAbsolutePath().normalize()));
    }

    /**
     * Refuses a path in a store if something there is to be changed.
     *
     * @param path of any file system
     * @throws UnsupportedFeatureException {@code read-only-store} if it is in a store
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
     * {@return a path in the store}
     *
     * @param first a path by the rules of Unix, or one with the store's name before it
     * @param more further names, joined with slashes
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

    /** {@return the store's name} */
    @Override
    public String toString() {
        return store.name();
    }
}
