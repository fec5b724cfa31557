package io.vmdisk.transfer;

import io.vmdisk.ByteRange;
import io.vmdisk.Progress;
import io.vmdisk.RunSink;
import io.vmdisk.Sector;
import io.vmdisk.bulk.Chunk;
import io.vmdisk.bulk.ShareUnits;
import io.vmdisk.compare.DiskCompare;
import io.vmdisk.disk.VirtualDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Makes a disk that already reads as something (it has a parent, or old content) read as another: only what differs is
 * written, and what must read as zeros is zeroed.
 */
final class DeltaCopy {
    /** Shared at once. */
    private static final long SHARE_BYTES = 64L << 20;

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
        ShareUnits units = ShareUnits.of(target);
        long end = rest == Rest.KEPT ? source.capacity() : target.capacity();
        new DiskCompare(threads, progress).compare(source, target, range -> {
            if (range.start() < end) {
                ByteRange whole = wholeSectors(range);
                long length = Math.min(end, range.end()) - whole.start();
                // Behind its end the source has no blocks to share.
                long held = Math.min(length, Math.max(0, source.capacity() - whole.start()));
                units.split(
                        whole.start(),
                        held,
                        Chunk.BYTES,
                        (start, count) -> {
                            if (!target.share(start, count, source, start)) {
                                apply(source, target, start, count, buffer);
                            }
                        },
                        (start, count) -> apply(source, target, start, count, buffer));
                apply(source, target, whole.start() + held, length - held, buffer);
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
            ByteRange whole = wholeSectors(range);
            apply(disk, disk, whole.start(), whole.length(), buffer);
            return true;
        });
    }

    /**
     * Does that part of {@link #makeOwn} for which nothing need be read: where the other view has nothing, the disk comes to
     * stand on the blocks of what it has from its parents. The disk reads the same all the time.
     *
     * @param before the same disk over the parent that it has, for reading
     */
    void shareOwn(VirtualDisk disk, VirtualDisk before, VirtualDisk otherView) throws IOException {
        ShareUnits units = ShareUnits.of(disk);
        OnlyThere parents = new OnlyThere(before, (from, length) -> {
            progress.checkCancelled("rebase");
            units.split(
                    from,
                    length,
                    SHARE_BYTES,
                    (start, count) -> disk.share(start, count, before, start),
                    (start, count) -> {});
        });
        otherView.locate(0, Math.min(before.capacity(), otherView.capacity()), parents);
    }

    /** Tells which data a disk has from its parents where another one has nothing. */
    private record OnlyThere(VirtualDisk disk, ShareUnits.Part found) implements RunSink {
        @Override
        public void data(long start, long length, int depth, Path file, long at) {}

        @Override
        public void compressed(long start, long length, int depth, Path file, long at, int storedLength) {}

        @Override
        public void zero(long start, long length, int depth, @Nullable Path file, long at) throws IOException {
            look(start, length);
        }

        @Override
        public void unallocated(long start, long length, int depth) throws IOException {
            look(start, length);
        }

        private void look(long from, long count) throws IOException {
            disk.locate(from, count, new RunSink() {
                @Override
                public void data(long start, long length, int depth, Path file, long at) throws IOException {
                    if (depth > 0) {
                        found.range(start, length);
                    }
                }

                @Override
                public void compressed(long start, long length, int depth, Path file, long at, int storedLength) {}

                @Override
                public void zero(long start, long length, int depth, @Nullable Path file, long at) {}

                @Override
                public void unallocated(long start, long length, int depth) {}
            });
        }
    }

    private static ByteRange wholeSectors(ByteRange range) {
        long start = range.start() / Sector.BYTES * Sector.BYTES;
        return new ByteRange(start, range.end() - start);
    }

    private void apply(VirtualDisk source, VirtualDisk target, long start, long length, ByteBuffer buffer)
            throws IOException {
        long at = start;
        long end = start + length;
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
