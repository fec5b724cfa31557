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
 * A place that has objects by name and lets any range of them be read. Thread-safe.
 *
 * <p>Implement it for a place of your own, and {@link StoreFileSystem#of} makes files of its objects. Each call ends in
 * bounded time, with the bytes that were asked for or with an {@link IOException}, whatever the place answers.
 *
 * @since 0.1
 */
public interface RangeStore extends Closeable {
    /**
     * {@return the name of the place in messages, which its absolute paths begin with; it has no slash at the end and
     * no secret}
     */
    String name();

    /**
     * Asks what an object is at this moment.
     *
     * <p>May return the first bytes of it as well, because most callers read them next.
     *
     * @param key which object
     * @return empty if there is none of this name
     * @throws IOException if the place does not answer, or refuses access
     */
    Optional<Look> look(StoreKey key) throws IOException;

    /**
     * Fills a buffer with bytes of one version of an object.
     *
     * @param key which object
     * @param seen as {@link #look} described it; the range lies inside
     * @param at the first byte, 0 or more
     * @param into is filled from its position to its limit
     * @throws io.vmdisk.UnsafeStateException {@code changed} if the object is another one by now
     * @throws IOException if the place does not give these bytes
     */
    void read(StoreKey key, StoredObject seen, long at, ByteBuffer into) throws IOException;

    /**
     * Lists a folder.
     *
     * @param folder with an empty name for the root
     * @return the objects and folders directly in it; empty if there are none
     * @throws UnsupportedFeatureException {@code no-listing} if the place can't list
     * @throws IOException if the place does not answer, or refuses access
     */
    List<Entry> list(StoreKey folder) throws IOException;

    /**
     * Begins a new object, which exists once it is published.
     *
     * @param key its name
     * @return the object, which the caller closes
     * @throws UnsupportedFeatureException {@code read-only-store} if no object can be made in this place
     * @throws IOException if the place refuses
     */
    default NewObject create(StoreKey key) throws IOException {
        throw readOnly(key);
    }

    /** {@return whether each read takes so long that ranges are joined, read ahead and kept; true unless overridden} */
    default boolean isFar() {
        return true;
    }

    /**
     * {@return the exception for a change in a place that is only read; the caller throws it}
     *
     * @param key what was to be changed
     */
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
     * @param head its first bytes, as many as came with the answer; may be empty
     */
    record Look(StoredObject object, ByteBuffer head) {}

    /**
     * One entry of a folder.
     *
     * @param name without slashes
     * @param isFolder true if it is a folder, false if it is an object with bytes
     */
    record Entry(String name, boolean isFolder) {}
}
