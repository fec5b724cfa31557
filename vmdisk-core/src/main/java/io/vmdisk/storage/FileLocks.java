package io.vmdisk.storage;

import io.vmdisk.UnsafeStateException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Locks on several files, all or none.
 *
 * <p>A file with several names is held once, exclusively if that is asked for under one of them. No call waits for a
 * lock, so there is no deadlock. All take their locks in the order of the files' keys: of two that want some of the
 * same files, one always gets all of its own. For one thread.
 *
 * @since 0.1
 */
public final class FileLocks {
    private final Volume volume;
    /** By the text of a key, which is the same for every process. */
    private final Map<String, Wanted> wanted = new TreeMap<>();

    private final Map<Path, String> seen = new HashMap<>();

    private record Wanted(Path file, Hold hold) {}

    /**
     * Begins with no file.
     *
     * @param volume that has the files
     */
    public FileLocks(Volume volume) {
        this.volume = volume;
    }

    /**
     * Adds a file that is going to be changed, removed or replaced. A file that does not exist, or is no regular file,
     * is passed over.
     *
     * @param file by any of its names
     * @return this
     * @throws IOException if it can't be looked at
     */
    public FileLocks changed(Path file) throws IOException {
        return add(file, Hold.EXCLUSIVE);
    }

    /**
     * Adds a file that must not change meanwhile. A file that does not exist, or is no regular file, is passed over.
     *
     * @param file by any of its names
     * @return this
     * @throws IOException if it can't be looked at
     */
    public FileLocks read(Path file) throws IOException {
        return add(file, Hold.SHARED);
    }

    private FileLocks add(Path file, Hold hold) throws IOException {
        String key = seen.get(file);
        if (key == null) {
            FileFacts facts;
            try {
                facts = volume.facts(file);
            } catch (NoSuchFileException e) {
                return this;
            }
            if (facts.kind() != FileFacts.Kind.FILE) {
                return this;
            }
            key = facts.key().toString();
            seen.put(file, key);
        }
        wanted.merge(key, new Wanted(file, hold), (one, other) -> one.hold == Hold.EXCLUSIVE ? one : other);
        return this;
    }

    /**
     * Takes the locks on all files that were added, or none.
     *
     * @return closing it releases all of them
     * @throws io.vmdisk.UnsafeStateException {@code locked} if another holder is in the way or a file has gone
     *     meanwhile; {@code no-locks} if the file store gives no exclusive lock
     * @throws IOException if a file can't be opened
     */
    public Closeable take() throws IOException {
        List<Closeable> taken = new ArrayList<>();
        try {
            for (Wanted one : wanted.values()) {
                taken.add(hold(one));
            }
        } catch (IOException | RuntimeException e) {
            try {
                release(taken);
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
        return () -> release(taken);
    }

    private Closeable hold(Wanted one) throws IOException {
        try {
            return volume.hold(one.file, one.hold);
        } catch (NoSuchFileException e) {
            throw new UnsafeStateException(
                    "locked", one.file, "it went while it was looked at: something works here", "try again");
        }
    }

    private static void release(List<Closeable> taken) throws IOException {
        IOException failure = null;
        for (int i = taken.size() - 1; i >= 0; i--) {
            try {
                taken.get(i).close();
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
}
