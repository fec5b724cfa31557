package io.vmdisk.remote;

import io.vmdisk.LimitExceededException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is known of the objects of a store: each is looked at once. Thread-safe; one look goes on at a time. */
final class StoredFiles {
    /** Names that were looked for, most of them by readers of hostile descriptors if there are so many. */
    private static final int MAX_KNOWN = 100_000;

    private final RangeStore store;
    private final Reader reader;
    private final Map<String, Optional<StoredObject>> known = new HashMap<>();
    private final Set<String> folders = new HashSet<>();

    /** How bytes are read. */
    @FunctionalInterface
    interface Reader {
        void read(StoreKey key, StoredObject seen, long at, ByteBuffer into) throws IOException;

        /** Bytes that came without being asked for. */
        default void keep(StoreKey key, StoredObject seen, ByteBuffer head) {}
    }

    /** What a name stands for. */
    sealed interface Found {
        /**
         * Bytes.
         *
         * @param object of this version
         */
        record File(StoredObject object) implements Found {}

        /** A folder, made of the names below it. */
        record Folder() implements Found {}
    }

    StoredFiles(RangeStore store, Reader reader) {
        this.store = store;
        this.reader = reader;
        folders.add("");
    }

    /** What a name stands for; empty if for nothing. */
    Optional<Found> find(StoreKey key) throws IOException {
        synchronized (known) {
            if (folders.contains(key.name())) {
                return Optional.of(new Found.Folder());
            }
            Optional<StoredObject> object = known.get(key.name());
            if (object == null) {
                object = look(key);
            }
            if (object.isPresent()) {
                return object.map(Found.File::new);
            }
            return folders.contains(key.name()) ? Optional.of(new Found.Folder()) : Optional.empty();
        }
    }

    private Optional<StoredObject> look(StoreKey key) throws IOException {
        if (known.size() >= MAX_KNOWN) {
            throw new LimitExceededException(
                    "store-names", key.path(), "more than " + MAX_KNOWN + " names were looked for in the store");
        }
        Optional<RangeStore.Look> look = store.look(key);
        Optional<StoredObject> object = look.map(RangeStore.Look::object);
        look.ifPresent(found -> reader.keep(key, found.object(), found.head()));
        if (object.isPresent()) {
            addFoldersOf(key.name());
        } else if (isFolder(key)) {
            addFoldersOf(key.name() + "/");
        }
        known.put(key.name(), object);
        return object;
    }

    private void addFoldersOf(String name) {
        for (int slash = name.lastIndexOf('/'); slash > 0; slash = name.lastIndexOf('/', slash - 1)) {
            folders.add(name.substring(0, slash));
        }
    }

    private boolean isFolder(StoreKey key) throws IOException {
        try {
            return !store.list(key).isEmpty();
        } catch (io.vmdisk.UnsupportedFeatureException e) {
            // A place without listings has folders only by what was found in them.
            return false;
        }
    }

    List<RangeStore.Entry> list(StoreKey folder) throws IOException {
        return store.list(folder);
    }

    void read(StoreKey key, StoredObject seen, long at, ByteBuffer into) throws IOException {
        reader.read(key, seen, at, into);
    }
}
