package io.vmdisk.extent;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An extent that can be changed in place.
 *
 * <p>Changes of content may run in parallel with each other and with reads. {@link #flush} may not: the caller holds all
 * others off while it runs, since space freed before a flush is handed out again after it. Between two flushes a crash
 * loses at most what was changed since the first of them and never shows bytes that were not written to that place.
 *
 * <p>A change or a flush that fails half way is the last one, as is {@link #abandon}: nothing of what waits for a flush
 * is published then, by closing neither, and the extent is left as a crash would leave it. A {@link
 * io.vmdisk.LimitExceededException} of a change does no such harm: after a flush it may be tried again.
 */
public interface WritableExtent extends Extent {
    /**
     * Writes all of {@code from}.
     *
     * @param at first byte; the range lies inside the capacity
     * @param backing what the rest of a new grain reads as
     */
    void write(long at, ByteBuffer from, Backing backing) throws IOException;

    /**
     * Takes now the places that a write of this range is going to need, so that writes which run at once lie as if they
     * were made in the order of these calls. Nothing reads differently; places that are never written are given back.
     */
    void reserve(long at, long length) throws IOException;

    /** Whether {@link #share} is worth asking: false where it never works. */
    default boolean sharesBlocks() {
        return false;
    }

    /**
     * Writes what a data run of another extent holds, without moving it.
     *
     * @param at first byte; the range lies inside the capacity
     * @param fileOffset as {@link #locate} of {@code from} gave it
     * @return whether it was done; if not, part of it at most was, and the bytes must be read and written
     */
    default boolean share(long at, long length, Extent from, long fileOffset) throws IOException {
        return false;
    }

    /** Makes a range read as zeros, with as little space as the format allows; whole grains are given up. */
    void zero(long at, long length, Backing backing) throws IOException;

    /** As {@link #zero}, and marks whole grains as unmapped where the format tells the two apart. */
    void unmap(long at, long length, Backing backing) throws IOException;

    /** Makes everything changed so far durable, in the order the format needs. */
    void flush() throws IOException;

    /**
     * Gives up what waits for a flush, because a change of the disk that this is a part of has failed; all but reading and
     * closing is refused from then on.
     */
    void abandon(Exception cause);

    /** Grows whenever {@link #resolve} may answer differently than before. */
    long mapVersion();

    /** Bytes of changed metadata that wait in memory for a flush. */
    long unflushedBytes();
}
