package io.vmdisk.bulk;

import io.vmdisk.RunSink;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Hands on what is stored as bytes, packed or not, by its place in the disk alone; all else reads as zeros. */
public record StoredSink(Target target) implements RunSink {
    /** Takes stretches, ascending. */
    @FunctionalInterface
    public interface Target {
        /** Something is stored there. */
        void stored(long start, long length) throws IOException;
    }

    @Override
    public void data(long start, long length, int depth, Path file, long at) throws IOException {
        target.stored(start, length);
    }

    @Override
    public void compressed(long start, long length, int depth, Path file, long at, int storedLength)
            throws IOException {
        target.stored(start, length);
    }

    @Override
    public void zero(long start, long length, int depth, @Nullable Path file, long at) {}

    @Override
    public void unallocated(long start, long length, int depth) {}
}
