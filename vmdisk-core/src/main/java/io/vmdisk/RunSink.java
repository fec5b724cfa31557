package io.vmdisk;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Receives runs in ascending order without an object for each: a 62 TiB disk of 64 KiB grains has a billion.
 *
 * <p>The parameters are those of the records of {@link Run}. Called by one thread, the one that asked. What it throws ends
 * the walk and reaches the caller; {@link #wantsMore} ends it without an exception. Where speed does not matter, {@link #of}
 * makes one of a lambda:
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
    /** See {@link Run.Data}. */
    void data(long start, long length, int depth, Path file, long at) throws IOException;

    /** See {@link Run.Compressed}. */
    void compressed(long start, long length, int depth, Path file, long at, int storedLength) throws IOException;

    /** See {@link Run.Zero}. */
    void zero(long start, long length, int depth, @Nullable Path file, long at) throws IOException;

    /** See {@link Run.Unallocated}. */
    void unallocated(long start, long length, int depth) throws IOException;

    /** Asked after each run; false ends the walk, which then returns as at its end. */
    default boolean wantsMore() {
        return true;
    }

    /**
     * A sink that takes each run as a record, for short walks and lambdas.
     *
     * @param visitor takes the runs, and ends the walk with false
     */
    static RunSink of(RunVisitor visitor) {
        return new VisitingSink(visitor);
    }
}
