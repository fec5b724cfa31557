package io.vmdisk.remote;

import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsupportedFeatureException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * A place that has objects by name, of which any range can be read. Thread-safe.
 *
 * <p>Implement it for a place of your own, and {@link StoreFileSystem#of} makes files of its objects. Whatever the place
 * answers, calls end in bounded time, in the bytes that were asked for or in an {@link IOException}.
 *
 * @since 0.1
 */
public interface RangeStore extends Closeable {
    /** What the place is called in messages, and what its absolute paths begin with: without a slash at the end or secrets. */
    String name();

    /**
     * What an object is at this moment; empty if there is none of this name.
     *
     * <p>May return the first bytes of it as well: most who ask read them next.
     */
    Optional<Look> look(StoreKey key) throws IOException;

    /**
     * Fills a buffer with bytes of one version of an object.
     *
     * @param seen as {@link #look} described it; the range lies inside
     * @throws io.vmdisk.UnsafeStateException {@code changed} if the object is another one by now
     */
    void read(StoreKey key, StoredObject seen, long at, ByteBuffer into) throws IOException;

    /**
     * The names of what lies directly in a folder, objects and folders, without the folder's; empty if nothing does.
     *
     * @param folder with an empty name for the root
     * @throws UnsupportedFeatureException {@code no-listing} where the place lists nothing
     */
    List<Entry> list(StoreKey folder) throws IOException;

    /**
     * Begins a new object, which is there once it is published.
     *
     * @throws UnsupportedFeatureException {@code read-only-store} where nothing can be made
     */
    default NewObject create(StoreKey key) throws IOException {
        throw readOnly(key);
    }

    /** Whether each read costs so much that ranges are joined, read ahead and kept. */
    default boolean isFar() {
        return true;
    }

    /** The refusal of a change. */
    static UnsupportedFeatureException readOnly(StoreKey key) {
        return new UnsupportedFeatureException(
                "read-only-store",
                key.path(),
                "files there are only read",
                Remedy.say("copy the disk with ").with(Kind.CONVERT).and(" to a local file, and change that"));
    }

    /**
     * The answer to a look.
     *
     * @param object what it is
     * @param head its first bytes, as many as came along
     */
    record Look(StoredObject object, ByteBuffer head) {}

    /**
     * What lies in a folder.
     *
     * @param name without slashes
     * @param isFolder whether it has a folder's entries instead of bytes
     */
    record Entry(String name, boolean isFolder) {}
}
