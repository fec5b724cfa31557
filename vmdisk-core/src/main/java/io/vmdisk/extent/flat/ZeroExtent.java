package io.vmdisk.extent.flat;

import io.vmdisk.Sector;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.extent.Backing;
import io.vmdisk.extent.ExtentSink;
import io.vmdisk.extent.WritableExtent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A stretch of zeros without a file ({@code RW n ZERO}): hidden partitions and gaps. It hides a parent; there is nowhere
 * to write anything but zeros.
 */
final class ZeroExtent implements WritableExtent {
    private static final int SECTOR = Sector.BYTES;

    private final long capacity;

    /** @param capacity bytes */
    ZeroExtent(long capacity) {
        this.capacity = capacity;
    }

    @Override
    public long capacity() {
        return capacity;
    }

    @Override
    public Optional<Path> path() {
        return Optional.empty();
    }

    @Override
    public int grainBytes() {
        return SECTOR;
    }

    @Override
    public void locate(long start, long length, ExtentSink sink) throws IOException {
        sink.zero(start, length, -1);
    }

    @Override
    public void readData(long fileOffset, ByteBuffer into) {
        throw new IllegalStateException("a ZERO extent has no data");
    }

    @Override
    public void readCompressed(long start, long fileOffset, int storedLength, ByteBuffer into) {
        throw new IllegalStateException("a ZERO extent has no data");
    }

    @Override
    public long allocatedBytes() {
        return 0;
    }

    @Override
    public long sharedBytes() {
        return 0;
    }

    @Override
    public void write(long at, ByteBuffer from, Backing backing) throws IOException {
        while (from.hasRemaining()) {
            if (from.get() != 0) {
                throw new UnsupportedFeatureException(
                        "zero-extent",
                        null,
                        "byte " + at + " lies in a ZERO extent, which can hold nothing but zeros",
                        "convert the disk to a format with storage for the whole capacity");
            }
        }
    }

    /** Every byte has its place from the start. */
    @Override
    public void reserve(long at, long length) {}

    @Override
    public void zero(long at, long length, Backing backing) {}

    @Override
    public void unmap(long at, long length, Backing backing) {}

    @Override
    public void flush() {}

    /** Nothing ever waits. */
    @Override
    public void abandon(Exception cause) {}

    @Override
    public long mapVersion() {
        return 0;
    }

    @Override
    public long unflushedBytes() {
        return 0;
    }

    @Override
    public void close() {}
}
