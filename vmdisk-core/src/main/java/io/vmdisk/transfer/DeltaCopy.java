package io.vmdisk.transfer;

import io.vmdisk.ByteRange;
import io.vmdisk.Progress;
import io.vmdisk.disk.VirtualDisk;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Makes a disk that already reads as something (it has a parent, or old content) read as another: only what differs is
 * written, and what must read as zeros is zeroed.
 */
final class DeltaCopy {
    private final int threads;
    private final Progress progress;

    DeltaCopy(int threads, Progress progress) {
        this.threads = threads;
        this.progress = progress;
    }

    /** Copies everything; the target must be as large at least; past the source's end it reads as zeros afterwards. */
    void copy(VirtualDisk source, VirtualDisk target) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(Chunk.BYTES);
        new DiskCompare(threads, progress).compare(source, target, range -> {
            apply(source, target, wholeSectors(range), buffer);
            return true;
        });
    }

    /**
     * Makes a disk hold itself what it would not read as in another view of it, over another parent. Only its own bytes
     * are written to it, and the rest of a new grain comes from the parent that it has: so at every instant, also if it
     * fails or crashes, the disk reads as it did.
     */
    void makeOwn(VirtualDisk disk, VirtualDisk otherView) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(Chunk.BYTES);
        new DiskCompare(threads, progress).compare(disk, otherView, range -> {
            apply(disk, disk, wholeSectors(range), buffer);
            return true;
        });
    }

    private static ByteRange wholeSectors(ByteRange range) {
        long start = range.start() / 512 * 512;
        return new ByteRange(start, range.end() - start);
    }

    private static void apply(VirtualDisk source, VirtualDisk target, ByteRange range, ByteBuffer buffer)
            throws IOException {
        long at = range.start();
        while (at < range.end()) {
            int count = (int) Math.min(Chunk.BYTES, range.end() - at);
            buffer.clear().limit(count);
            source.read(at, buffer);
            while (buffer.hasRemaining()) {
                buffer.put((byte) 0);
            }
            buffer.flip();
            if (ZeroScan.isZero(buffer, 0, count)) {
                target.zero(at, count);
            } else {
                target.write(at, buffer);
            }
            at += count;
        }
    }
}
