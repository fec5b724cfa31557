package io.vmdisk.nbd;

import io.vmdisk.ByteRange;
import io.vmdisk.RunSink;
import io.vmdisk.disk.VirtualDisk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An export that a client has chosen: a disk or a stretch of it. Positions are relative to the stretch, and the caller
 * has checked that they lie inside. Thread-safe, as the disk is.
 */
final class OpenExport implements Closeable {
    private final String name;
    private final String description;
    private final SharedDisk.Lease lease;
    private final ByteRange range;

    OpenExport(String name, String description, SharedDisk.Lease lease, ByteRange range) {
        this.name = name;
        this.description = description;
        this.lease = lease;
        this.range = range;
    }

    String name() {
        return name;
    }

    String description() {
        return description;
    }

    long size() {
        return range.length();
    }

    private VirtualDisk disk() {
        return lease.disk();
    }

    boolean isWritable() {
        return disk().isWritable();
    }

    /** The flags that tell the client what it may do. */
    int transmissionFlags() {
        int flags = Protocol.HAS_FLAGS | Protocol.SEND_FLUSH | Protocol.SEND_FUA | Protocol.CAN_MULTI_CONN;
        return isWritable() ? flags | Protocol.SEND_TRIM | Protocol.SEND_WRITE_ZEROES : flags | Protocol.READ_ONLY;
    }

    void read(long at, ByteBuffer into) throws IOException {
        disk().read(range.start() + at, into);
    }

    void write(long at, ByteBuffer from) throws IOException {
        disk().write(range.start() + at, from);
    }

    void zero(long at, long length) throws IOException {
        disk().zero(range.start() + at, length);
    }

    void unmap(long at, long length) throws IOException {
        disk().unmap(range.start() + at, length);
    }

    void flush() throws IOException {
        disk().flush();
    }

    /** Runs, whose starts are positions on the disk. */
    void locate(long at, long length, RunSink sink) throws IOException {
        disk().locate(range.start() + at, length, sink);
    }

    @Override
    public void close() throws IOException {
        lease.close();
    }
}
