package io.vmdisk.hash;

import io.vmdisk.RunSink;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Hands on where a disk stores bytes, packed or not; all else reads as zeros. */
record StoredStretches(Target target) implements RunSink {
    /** Takes stretches, ascending. */
    @FunctionalInterface
    interface Target {
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
