package io.vmdisk;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Receives runs in ascending order without an object for each: a 62 TiB disk of 64 KiB grains has a billion.
 *
 * <p>The parameters are those of the records of {@link Run}.
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
}
