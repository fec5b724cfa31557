package io.vmdisk.extent;

import io.vmdisk.Sector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/** Stands for an extent of which nothing can be read: its file is missing, or does not tell what it holds. */
public final class LostExtent implements Extent {
    private static final int SECTOR = Sector.BYTES;

    private final long capacity;

    /** @param capacity bytes */
    public LostExtent(long capacity) {
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
        sink.lost(start, length);
    }

    @Override
    public void readData(long fileOffset, ByteBuffer into) {
        throw new IllegalStateException("a lost extent has no data");
    }

    @Override
    public void readCompressed(long start, long fileOffset, int storedLength, ByteBuffer into) {
        throw new IllegalStateException("a lost extent has no data");
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
    public void close() {}
}
