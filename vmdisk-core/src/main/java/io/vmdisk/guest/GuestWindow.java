package io.vmdisk.guest;

import io.vmdisk.ByteRange;
import io.vmdisk.MalformedFileException;
import io.vmdisk.Progress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A stretch of the disk in which positions count from zero: what a reader of a file system gets to see.
 *
 * <p>Guarantees that no read leaves the stretch, whatever position the metadata names, and that cancelling takes effect
 * at the next read. Immutable; as thread-safe as the {@link GuestBytes} below.
 */
public final class GuestWindow {
    private final GuestBytes disk;
    private final ByteRange range;
    private final Progress progress;

    public GuestWindow(GuestBytes disk, ByteRange range, Progress progress) {
        this.disk = disk;
        this.range = range;
        this.progress = progress;
    }

    public long size() {
        return range.length();
    }

    /** Where byte 0 of the window lies on the disk. */
    public long start() {
        return range.start();
    }

    /** A part of this window. The caller has checked that it lies inside. */
    public GuestWindow slice(ByteRange part) {
        return new GuestWindow(disk, new ByteRange(range.start() + part.start(), part.length()), progress);
    }

    public boolean has(long at, long length) {
        return at >= 0 && length >= 0 && at <= size() - length;
    }

    /** {@code length} bytes at {@code at} in a buffer of their own, position 0, of the given order. */
    public ByteBuffer read(long at, int length, ByteOrder order) throws IOException {
        if (!has(at, length)) {
            throw malformed("range", at, "metadata points outside the partition of " + size() + " bytes");
        }
        progress.checkCancelled("scanning guest file systems");
        ByteBuffer bytes = ByteBuffer.allocate(length);
        disk.read(range.start() + at, bytes);
        return bytes.flip().order(order);
    }

    /** Damage at a byte of this window; the message names the byte of the disk. */
    public MalformedFileException malformed(String what, long at, String problem) {
        return new MalformedFileException(
                "guest-" + what,
                null,
                range.start() + Math.max(0, at),
                problem,
                "check the file system inside the guest, shut down cleanly, and try again");
    }
}
