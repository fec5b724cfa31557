package io.vmdisk.disk.resize;

import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** An open file lent to an extent, which closes what it owns: the lender closes it. */
record BorrowedFile(BlockFile file) implements BlockFile {
    @Override
    public Path path() {
        return file.path();
    }

    @Override
    public long size() throws IOException {
        return file.size();
    }

    @Override
    public int read(long at, ByteBuffer into) throws IOException {
        return file.read(at, into);
    }

    @Override
    public void writeFully(long at, ByteBuffer from) throws IOException {
        file.writeFully(at, from);
    }

    @Override
    public void setSize(long size) throws IOException {
        file.setSize(size);
    }

    @Override
    public void force() throws IOException {
        file.force();
    }

    @Override
    public long nextData(long at) throws IOException {
        return file.nextData(at);
    }

    @Override
    public long nextHole(long at) throws IOException {
        return file.nextHole(at);
    }

    @Override
    public boolean punch(long at, long length) throws IOException {
        return file.punch(at, length);
    }

    @Override
    public boolean allocate(long at, long length) throws IOException {
        return file.allocate(at, length);
    }

    @Override
    public long allocatedBytes() throws IOException {
        return file.allocatedBytes();
    }

    @Override
    public long sharedBytes() throws IOException {
        return file.sharedBytes();
    }

    @Override
    public void close() {}
}
