package io.vmdisk.extent.flat;

import io.vmdisk.Sector;
import io.vmdisk.extent.Extent;
import io.vmdisk.extent.ExtentSink;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/** A flat extent for salvage: what lies behind the end of its file is told as lost before anybody reads it. Owns it. */
final class CutFlatExtent implements Extent {
    private static final int SECTOR = Sector.BYTES;

    private final FlatExtent extent;
    private final long stored;

    /** @param stored bytes of the region that its file holds; may be negative or more than the region has */
    CutFlatExtent(FlatExtent extent, long stored) {
        this.extent = extent;
        // A last sector that is cut is read with zeros behind it.
        this.stored = Math.min(extent.capacity(), Math.max(0, Sector.roundUp(stored, SECTOR)));
    }

    @Override
    public long capacity() {
        return extent.capacity();
    }

    @Override
    public Optional<Path> path() {
        return extent.path();
    }

    @Override
    public int grainBytes() {
        return extent.grainBytes();
    }

    @Override
    public void locate(long start, long length, ExtentSink sink) throws IOException {
        long inside = Math.min(length, stored - start);
        if (inside > 0) {
            extent.locate(start, inside, sink);
        }
        tellLost(start, length, sink);
    }

    @Override
    public void resolve(long start, long length, ExtentSink sink) throws IOException {
        long inside = Math.min(length, stored - start);
        if (inside > 0) {
            extent.resolve(start, inside, sink);
        }
        tellLost(start, length, sink);
    }

    private void tellLost(long start, long length, ExtentSink sink) throws IOException {
        long from = Math.max(start, stored);
        if (from < start + length) {
            sink.lost(from, start + length - from);
        }
    }

    @Override
    public void readData(long fileOffset, ByteBuffer into) throws IOException {
        extent.readData(fileOffset, into);
    }

    @Override
    public boolean shareData(long fileOffset, long length, BlockFile into, long at) throws IOException {
        return extent.shareData(fileOffset, length, into, at);
    }

    @Override
    public boolean lendsTo(Volume volume, Path folder) throws IOException {
        return extent.lendsTo(volume, folder);
    }

    @Override
    public void readCompressed(long start, long fileOffset, int storedLength, ByteBuffer into) {
        extent.readCompressed(start, fileOffset, storedLength, into);
    }

    @Override
    public long allocatedBytes() throws IOException {
        return extent.allocatedBytes();
    }

    @Override
    public long sharedBytes() throws IOException {
        return extent.sharedBytes();
    }

    @Override
    public void close() throws IOException {
        extent.close();
    }
}
