package io.vmdisk.space;

import io.vmdisk.Progress;
import io.vmdisk.Sector;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskUse;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.extent.SlotUse;
import io.vmdisk.plan.Recovery;
import io.vmdisk.space.OwnFiles.OwnFile;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.PunchProbe;
import io.vmdisk.storage.Volume;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Punches holes where a disk's own files hold space for nothing: free grains of sparse files, blocks of zeros of flat
 * ones.
 *
 * <p>No byte that an entry names changes, so content, content ID and children stay as they are, and a crash leaves some
 * of the holes. Lengths stay. Sparse files must be sound.
 */
public final class DiskPunch {
    /** What file systems give back. */
    private static final int BLOCK_BYTES = 4096;

    /** Punched in one call, so that a cancel is heard. */
    private static final long STEP_BYTES = 1L << 30;

    private final Path disk;
    private final OpenOptions options;
    private final Progress progress;
    private final Volume volume;

    /** Holes in the disk's own files. */
    public DiskPunch(Path disk, OpenOptions options, Progress progress) {
        this.disk = disk;
        // The content stays what it is, so children do no harm.
        this.options = options.withPermission(OpenOptions.Permission.WRITE_SHARED);
        this.progress = progress;
        this.volume = options.volume();
    }

    private DiskChain chain() throws IOException {
        return DiskChain.of(disk, options.withParents(OpenOptions.Parents.NONE));
    }

    /**
     * Refuses where holes can't be punched; changes nothing.
     *
     * @throws UnsupportedFeatureException names what can't: this JVM, or the file system
     * @throws io.vmdisk.UnsafeStateException if a sparse file is damaged
     */
    public void requirePossible() throws IOException {
        Set<Path> folders = new LinkedHashSet<>();
        for (OwnFile file : OwnFiles.of(chain().top(), volume)) {
            folders.add(AtomicName.folderOf(file.path()));
        }
        for (Path folder : folders) {
            PunchProbe.require(volume, folder);
        }
        for (OwnFile own : OwnFiles.of(chain().top(), volume)) {
            if (own.format().isPresent()) {
                try (BlockFile file = volume.open(own.path(), OpenMode.READ)) {
                    forEachFree(own, file, (at, length) -> {});
                }
            }
        }
    }

    /** Bytes that could be punched; changes nothing. */
    public long count() throws IOException {
        long[] bytes = {0};
        for (OwnFile own : OwnFiles.of(chain().top(), volume)) {
            try (BlockFile file = volume.open(own.path(), OpenMode.READ)) {
                forEachFree(own, file, (at, length) -> bytes[0] += length);
            }
        }
        return bytes[0];
    }

    /**
     * Punches.
     *
     * @return bytes that were in the way; what the file system gave back is for its own count to tell
     */
    public long punch() throws IOException {
        DiskChain chain = chain();
        requirePossible();
        long[] bytes = {0};
        new Recovery(volume, progress).refuseInterrupted(AtomicName.folderOf(disk));
        Closeable lock = DiskUse.take(chain, options);
        try (lock) {
            for (OwnFile own : OwnFiles.of(chain.top(), volume)) {
                try (BlockFile file = volume.open(own.path(), OpenMode.WRITE)) {
                    forEachFree(own, file, (at, length) -> {
                        punch(file, at, length);
                        bytes[0] += length;
                    });
                    file.force();
                }
            }
        }
        return bytes[0];
    }

    private void punch(BlockFile file, long at, long length) throws IOException {
        for (long done = 0; done < length; ) {
            progress.checkCancelled("punch");
            long count = Math.min(STEP_BYTES, length - done);
            if (!file.punch(at + done, count)) {
                throw PunchProbe.impossible(AtomicName.folderOf(file.path()));
            }
            done += count;
        }
    }

    /** In whole blocks: no part of one is given back. */
    private void forEachFree(OwnFile own, BlockFile file, SlotUse.StretchSink free) throws IOException {
        long size = file.size();
        SlotUse.StretchSink sink = (at, length) -> {
            long from = Sector.roundUp(at, BLOCK_BYTES);
            long end = at + length == size ? size : (at + length) / BLOCK_BYTES * BLOCK_BYTES;
            if (from < end) {
                free.stretch(from, end - from);
            }
        };
        if (own.format().isPresent()) {
            own.format().get().forEachFree(file, sink, progress);
        } else {
            new FlatZeros(file, progress).forEach(sink);
        }
    }
}
