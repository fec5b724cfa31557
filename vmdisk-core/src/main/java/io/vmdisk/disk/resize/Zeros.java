package io.vmdisk.disk.resize;

import io.vmdisk.RunSink;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.extent.Extent;
import io.vmdisk.extent.ExtentSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Looks whether a stretch reads as zeros; only what is stored is read. */
final class Zeros {
    private static final int CHUNK_BYTES = 1 << 20;

    private final ByteBuffer buffer = ByteBuffer.allocate(CHUNK_BYTES);
    private final ByteBuffer zeros = ByteBuffer.allocate(CHUNK_BYTES);
    private final Reader reader;
    private long found = -1;

    private interface Reader {
        void read(long at, ByteBuffer into) throws IOException;
    }

    private Zeros(Reader reader) {
        this.reader = reader;
    }

    /** The first byte of a stretch that is not zero. */
    static OptionalLong firstOther(VirtualDisk disk, long start, long length) throws IOException {
        Zeros search = new Zeros(disk::read);
        disk.locate(start, length, new RunSink() {
            @Override
            public void data(long from, long count, int depth, Path file, long at) throws IOException {
                search.scan(from, from, count);
            }

            @Override
            public void compressed(long from, long count, int depth, Path file, long at, int stored)
                    throws IOException {
                search.scan(from, from, count);
            }

            @Override
            public void zero(long from, long count, int depth, @Nullable Path file, long at) {}

            @Override
            public void unallocated(long from, long count, int depth) {}
        });
        return search.result();
    }

    /** The first byte of an extent without compressed grains that is not zero. */
    static OptionalLong firstOther(Extent extent) throws IOException {
        Zeros search = new Zeros(extent::readData);
        extent.locate(0, extent.capacity(), new ExtentSink() {
            @Override
            public void data(long start, long length, long at) throws IOException {
                search.scan(start, at, length);
            }

            @Override
            public void compressed(long start, long length, long at, int stored) {
                search.found = search.found < 0 ? start : search.found;
            }

            @Override
            public void zero(long start, long length, long heldAt) {}

            @Override
            public void unallocated(long start, long length) {}
        });
        return search.result();
    }

    private void scan(long start, long readAt, long length) throws IOException {
        for (long done = 0; done < length && found < 0; done += CHUNK_BYTES) {
            int count = (int) Math.min(CHUNK_BYTES, length - done);
            buffer.clear().limit(count);
            reader.read(readAt + done, buffer);
            int other = buffer.flip().mismatch(zeros.clear().limit(count));
            if (other >= 0) {
                found = start + done + other;
            }
        }
    }

    private OptionalLong result() {
        return found < 0 ? OptionalLong.empty() : OptionalLong.of(found);
    }
}
