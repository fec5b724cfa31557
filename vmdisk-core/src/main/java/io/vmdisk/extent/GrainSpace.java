package io.vmdisk.extent;

import java.io.Closeable;
import java.io.IOException;

/**
 * The space of one writable sparse file: what differs between the formats when they change.
 *
 * <p>The writer of {@link SparseExtent} calls {@link #allocate}, {@link #free} and {@link #allocateTable} one at a time
 * (under its lock) and {@link #flush} while nothing else runs. Closing marks the file clean; the caller has flushed, and
 * does not close it after a call that failed.
 */
public interface GrainSpace extends Closeable {
    /**
     * Whether the file's own list of free space shows that no entry leads behind the file's end, so that nobody has to read
     * the tables to know; false if the format keeps no such list, or none that can be believed. Asked before the first
     * change.
     */
    default boolean knowsWhole() throws IOException {
        return false;
    }

    /** Called once, before the first change: makes the mark "in use" durable, drops what a change would make stale. */
    void beforeFirstChange() throws IOException;

    /**
     * Takes free grains in a row.
     *
     * @param firstGrain the grain of the disk that the first one will hold
     * @param wanted how many would be liked, at least one
     */
    GrainSpan allocate(long firstGrain, int wanted) throws IOException;

    /**
     * Takes these very places below the file's end, which no entry names, for grains of the disk that move there; their
     * tables exist.
     */
    void take(long firstGrain, GrainSpan places) throws IOException;

    /** No entry names this place any more; it may be handed out again after the next flush. */
    void free(long grain, long fileOffset) throws IOException;

    /**
     * Takes space for a table and makes it durably all zero.
     *
     * @return its file offset
     */
    long allocateTable(int table) throws IOException;

    /**
     * The state that makes a grain read as zeros over a parent, or {@link GrainState#UNALLOCATED} if there is none. Asked
     * only when a grain is about to be marked, so a format may enable the mark in its header here, durably.
     */
    long zeroMark() throws IOException;

    /** The state of an unmapped grain, or {@link GrainState#UNALLOCATED} if there is no mark for zeros. */
    long unmapMark() throws IOException;

    /** Makes everything durable in the order of the format; freed grains are free from then on. */
    void flush(GrainMap map) throws IOException;
}
