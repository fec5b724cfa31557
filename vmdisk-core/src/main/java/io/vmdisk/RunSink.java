package io.vmdisk;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Receives runs in ascending order without an object for each: a 62 TiB disk of 64 KiB grains has a billion.
 *
 * <p>One thread calls it: the one that asked. What it throws ends the walk and reaches the caller; {@link #wantsMore}
 * ends the walk without an exception. Where speed does not matter, {@link #of} makes a sink from a lambda:
 *
 * <pre>{@code
 * disk.locate(0, disk.capacity(), RunSink.of(run -> {
 *     System.out.println(run);
 *     return run.depth() == 0;
 * }));
 * }</pre>
 *
 * @since 0.1
 */
public interface RunSink {
    /**
     * Plain bytes in a file; see {@link Run.Data}.
     *
     * @param start the first byte on the disk
     * @param length how many bytes
     * @param depth the link that holds them, 0 for the disk itself
     * @param file the file that holds them
     * @param at the position of the first of them in that file, in bytes
     * @throws IOException to end the walk; the caller gets it
     */
    void data(long start, long length, int depth, Path file, long at) throws IOException;

    /**
     * A range inside one compressed grain; see {@link Run.Compressed}.
     *
     * @param start the first byte on the disk
     * @param length how many bytes on the disk
     * @param depth the link that holds the grain, 0 for the disk itself
     * @param file the file that holds the grain
     * @param at the position in that file, in bytes, at which the grain's marker or data begins
     * @param storedLength how many bytes the grain takes there
     * @throws IOException to end the walk; the caller gets it
     */
    void compressed(long start, long length, int depth, Path file, long at, int storedLength) throws IOException;

    /**
     * Zeros; see {@link Run.Zero}.
     *
     * @param start the first byte on the disk
     * @param length how many bytes
     * @param depth the link that says so, 0 for the disk itself
     * @param file the file in which the range still holds space, or null if it holds none
     * @param at the position of that space in the file, in bytes, or -1
     * @throws IOException to end the walk; the caller gets it
     */
    void zero(long start, long length, int depth, @Nullable Path file, long at) throws IOException;

    /**
     * Allocated nowhere; see {@link Run.Unallocated}.
     *
     * @param start the first byte on the disk
     * @param length how many bytes
     * @param depth the lowest link that is large enough to reach this far, 0 for the disk itself
     * @throws IOException to end the walk; the caller gets it
     */
    void unallocated(long start, long length, int depth) throws IOException;

    /**
     * Asked after each run.
     *
     * @return false to end the walk, which then returns as at its end
     */
    default boolean wantsMore() {
        return true;
    }

    /**
     * A sink that takes each run as a record, for short walks and lambdas.
     *
     * @param visitor takes the runs, and ends the walk with false
     * @return a sink for one walk
     */
    static RunSink of(RunVisitor visitor) {
        return new VisitingSink(visitor);
    }
}
