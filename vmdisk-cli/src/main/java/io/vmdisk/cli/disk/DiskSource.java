package io.vmdisk.cli.disk;

import io.vmdisk.disk.VirtualDisk;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The bytes of a virtual disk; owns it.
 *
 * @param disk open
 */
record DiskSource(VirtualDisk disk) implements ReadableSource {
    @Override
    public long size() {
        return disk.capacity();
    }

    @Override
    public void read(long at, ByteBuffer into) throws IOException {
        disk.read(at, into);
    }

    @Override
    public void close() throws IOException {
        disk.close();
    }
}
