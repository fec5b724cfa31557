package io.vmdisk.cli.answer;

import io.vmdisk.Progress;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.space.DiskCompaction;
import io.vmdisk.space.DiskPunch;
import io.vmdisk.space.DiskUnmap.Effect;
import java.io.IOException;
import java.nio.file.Path;

/** What is done with a disk's own files once it holds less: nothing, holes, or a shorter file. */
public record FileSpace(Path disk, OpenOptions options, Progress progress, Way way, Effect effect) {
    /** How space goes back to the file system. */
    public enum Way {
        /** It stays with the file, which uses it again. */
        NONE,
        /** Holes are punched. */
        PUNCH,
        /** The file gets shorter. */
        COMPACT
    }

    public static FileSpace of(Path disk, OpenOptions options, Progress progress, Way way, Effect effect) {
        return new FileSpace(disk, options, progress, way, effect);
    }

    /** Before anything is changed: whatever could not be done afterwards. */
    public void refuse() throws IOException {
        switch (way) {
            case NONE -> {}
            case PUNCH -> new DiskPunch(disk, options, progress).requirePossible();
            case COMPACT -> new DiskCompaction(disk, options, progress).requirePossible();
        }
    }

    /** Bytes that were taken out of the files, or would be. */
    public long giveBack() throws IOException {
        return switch (way) {
            case NONE -> 0;
            case PUNCH -> {
                DiskPunch punch = new DiskPunch(disk, options, progress);
                yield effect == Effect.COUNT ? punch.count() : punch.punch();
            }
            case COMPACT -> {
                DiskCompaction compaction = new DiskCompaction(disk, options, progress);
                yield effect == Effect.COUNT ? DiskCompaction.saved(compaction.plan()) : compaction.run();
            }
        };
    }

    /** What the disk's own files take in their file system; their lengths where that can't be known. */
    public long allocatedBytes() throws IOException {
        OpenOptions alone = options.withAccess(OpenOptions.Access.READ).withParents(OpenOptions.Parents.NONE);
        try (VirtualDisk opened = VirtualDisk.open(disk, alone)) {
            return opened.allocatedBytes(0);
        }
    }
}
