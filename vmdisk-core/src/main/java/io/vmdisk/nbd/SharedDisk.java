package io.vmdisk.nbd;

import io.vmdisk.disk.VirtualDisk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A disk that is open as long as anybody uses it: all connections share one, so that each sees what others flushed. */
final class SharedDisk {
    private final ServedDisk served;
    private @Nullable VirtualDisk open;
    private int users;
    private boolean kept;
    private boolean closed;

    SharedDisk(ServedDisk served) {
        this.served = served;
    }

    ServedDisk served() {
        return served;
    }

    /** Opens the disk, or joins those who have it open. */
    synchronized Lease lease() throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        VirtualDisk disk = open == null ? served.source().open() : open;
        open = disk;
        users++;
        return new Lease(this, disk, new AtomicBoolean());
    }

    /** Opens the disk, and keeps it open also while nobody uses it. */
    synchronized void keep() throws IOException {
        kept = true;
        lease().close();
    }

    private synchronized void release() throws IOException {
        users--;
        if (users == 0 && !kept) {
            closeDisk();
        }
    }

    private void closeDisk() throws IOException {
        VirtualDisk disk = open;
        if (disk != null) {
            open = null;
            disk.close();
        }
    }

    /** Ends it for all: what they are doing is finished and flushed, what they begin then fails. */
    synchronized void close() throws IOException {
        closed = true;
        closeDisk();
    }

    /** One user's part; closing it twice is harmless. */
    record Lease(SharedDisk shared, VirtualDisk disk, AtomicBoolean released) implements Closeable {
        @Override
        public void close() throws IOException {
            if (released.compareAndSet(false, true)) {
                shared.release();
            }
        }
    }
}
