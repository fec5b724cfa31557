package io.vmdisk.transfer;

import io.vmdisk.ByteRange;
import io.vmdisk.Progress;
import io.vmdisk.Sector;
import io.vmdisk.bulk.Chunk;
import io.vmdisk.compare.DiskCompare;
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

    /** What becomes of a target behind the source's end. */
    enum Rest {
        /** It reads as zeros, whatever it had. */
        ZEROED,
        /** It stays. */
        KEPT
    }

    /** Copies everything; the target must be as large at least. */
    void copy(VirtualDisk source, VirtualDisk target, Rest rest) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(Chunk.BYTES);
        long end = rest == Rest.KEPT ? source.capacity() : target.capacity();
        new DiskCompare(threads, progress).compare(source, target, range -> {
            if (range.start() < end) {
                apply(source, target, wholeSectors(range), Math.min(end, range.end()), buffer);
            }
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
            apply(disk, disk, wholeSectors(range), range.end(), buffer);
            return true;
        });
    }

    private static ByteRange wholeSectors(ByteRange range) {
        long start = range.start() / Sector.BYTES * Sector.BYTES;
        return new ByteRange(start, range.end() - start);
    }

    private void apply(VirtualDisk source, VirtualDisk target, ByteRange range, long end, ByteBuffer buffer)
            throws IOException {
        long at = range.start();
        while (at < end) {
            int count = (int) Math.min(Chunk.BYTES, end - at);
            buffer.clear().limit(count);
            source.read(at, buffer);
            while (buffer.hasRemaining()) {
                buffer.put((byte) 0);
            }
            buffer.flip();
            progress.pace(count);
            ThinWrite.over(target, at, buffer);
            at += count;
        }
    }
}
