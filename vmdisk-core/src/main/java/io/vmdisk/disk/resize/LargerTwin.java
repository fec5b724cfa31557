package io.vmdisk.disk.resize;

import io.vmdisk.OutOfSpaceException;
import io.vmdisk.Progress;
import io.vmdisk.extent.Backing;
import io.vmdisk.extent.Extent;
import io.vmdisk.extent.ExtentSink;
import io.vmdisk.extent.LinkRole;
import io.vmdisk.extent.NewExtent;
import io.vmdisk.extent.SparseFormat;
import io.vmdisk.extent.TableCache;
import io.vmdisk.extent.WritableExtent;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Writes a sparse file anew with tables for a larger disk: those of the old file stand where there is no
 * room behind them.
 *
 * <p>Every grain keeps what it is: data, zeros, or nothing of its own. The twin takes the file's name, durably, when it
 * is complete; whatever fails before leaves the file as it was.
 */
final class LargerTwin {
    private static final int COPY_BYTES = 1 << 20;
    private static final long FLUSH_TABLE_BYTES = 16L << 20;

    private final Volume volume;
    private final Progress progress;

    LargerTwin(Volume volume, Progress progress) {
        this.volume = volume;
        this.progress = progress;
    }

    /** Writes a file of a format anew, with tables for what {@code larger} says. */
    void replace(Path name, SparseFormat format, NewExtent larger) throws IOException {
        Path path = volume.followed(name);
        Path folder = AtomicName.folderOf(path);
        Path fresh = AtomicName.beside(path);
        if (volume.exists(fresh)) {
            volume.delete(fresh);
        }
        try {
            try (BlockFile old = volume.open(path, OpenMode.READ)) {
                requireRoom(old, folder);
                try (BlockFile twin = volume.createLike(fresh, path)) {
                    format.create(twin, larger);
                    copy(old, twin, format, larger.role());
                    twin.force();
                }
            }
        } catch (IOException | RuntimeException e) {
            removeAfter(e, fresh);
            throw e;
        }
        volume.rename(fresh, path);
        volume.forceNames(folder);
    }

    private void requireRoom(BlockFile old, Path folder) throws IOException {
        long known = old.allocatedBytes();
        long needed = known >= 0 ? known : old.size();
        long free = volume.freeBytes(folder);
        if (needed > free) {
            throw new OutOfSpaceException(
                    "resize",
                    old.path(),
                    "its tables have no room for the new size, so it is written anew: that needs " + needed
                            + " bytes beside it, " + free + " are free",
                    "free some space and try again");
        }
    }

    private void copy(BlockFile old, BlockFile twin, SparseFormat format, LinkRole role) throws IOException {
        TableCache cache = new TableCache(TableCache.DEFAULT_BUDGET_BYTES);
        progress.begin("writing " + old.path() + " anew", old.size());
        try (Extent source = format.open(new BorrowedFile(old), cache);
                WritableExtent target = format.openWritable(new BorrowedFile(twin), cache, role)) {
            source.locate(0, source.capacity(), new Copier(source, target, progress));
            target.flush();
        }
    }

    private void removeAfter(Exception failure, Path fresh) {
        try {
            if (volume.exists(fresh)) {
                volume.delete(fresh);
            }
        } catch (IOException suppressed) {
            failure.addSuppressed(suppressed);
        }
    }

    /** Copies what an extent holds, grain by grain in large pieces. */
    private record Copier(Extent source, WritableExtent target, Progress progress, ByteBuffer buffer)
            implements ExtentSink {
        Copier(Extent source, WritableExtent target, Progress progress) {
            this(source, target, progress, ByteBuffer.allocateDirect(COPY_BYTES));
        }

        @Override
        public void data(long start, long length, long fileOffset) throws IOException {
            for (long done = 0; done < length; ) {
                progress.checkCancelled("resize");
                buffer.clear().limit((int) Math.min(COPY_BYTES, length - done));
                source.readData(fileOffset + done, buffer);
                int count = buffer.flip().remaining();
                // Whole grains, but for the old end, behind which zeros come to light: nothing below is asked for.
                target.write(start + done, buffer, Backing.NONE);
                done += count;
                progress.advance(count);
                flushNowAndThen();
            }
        }

        @Override
        public void compressed(long start, long length, long fileOffset, int storedLength) {
            throw new IllegalStateException("these formats do not compress");
        }

        @Override
        public void zero(long start, long length, long heldOffset) throws IOException {
            target.zero(start, length, Backing.NONE);
            flushNowAndThen();
        }

        @Override
        public void unallocated(long start, long length) {}

        private void flushNowAndThen() throws IOException {
            if (target.unflushedBytes() > FLUSH_TABLE_BYTES) {
                target.flush();
            }
        }
    }
}
