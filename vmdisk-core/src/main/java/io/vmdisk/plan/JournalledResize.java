package io.vmdisk.plan;

import io.vmdisk.OperationCancelledException;
import io.vmdisk.Progress;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.VmdiskException;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.resize.DiskResize;
import io.vmdisk.plan.step.DeleteFile;
import io.vmdisk.plan.step.GrowDisk;
import io.vmdisk.plan.step.ShrinkDisk;
import io.vmdisk.plan.step.Step;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.FolderLock;
import io.vmdisk.storage.Volume;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Changes the size of a disk under a journal: a disk in parts that was cut off on the way has files of a size that its
 * descriptor does not tell of, and recovery finishes it. The journal stays until the work is done, unless no file was
 * changed: then there is nothing to finish.
 *
 * <p>For one thread.
 *
 * @since 0.1
 */
public final class JournalledResize {
    private final OpenOptions options;
    private final Progress progress;

    /** A resizer. See {@link DiskResize}. */
    public JournalledResize(OpenOptions options, Progress progress) {
        this.options = options;
        this.progress = progress;
    }

    /** Makes a disk larger, as {@link DiskResize#grow} does. */
    public void grow(Path disk, long capacity) throws IOException {
        journalled(disk, List.of(new GrowDisk(disk, capacity)), resize -> resize.grow(disk, capacity));
    }

    /** Makes a disk smaller, as {@link DiskResize#shrink} does. */
    public void shrink(Path disk, long capacity) throws IOException {
        List<Step> steps = new ArrayList<>(List.of(new ShrinkDisk(disk, capacity)));
        for (Path file : new DiskResize(options, progress).filesBehind(disk, capacity)) {
            steps.add(new DeleteFile(file));
        }
        journalled(disk, steps, resize -> resize.shrink(disk, capacity));
    }

    private interface Work {
        void run(DiskResize resize) throws IOException;
    }

    private void journalled(Path disk, List<Step> steps, Work work) throws IOException {
        Volume volume = options.volume();
        Path folder = AtomicName.folderOf(disk).normalize();
        volume.requireLocks(folder);
        Plan plan = new Plan("resize " + disk.getFileName(), folder, List.of(), steps, List.of());
        Closeable lock = FolderLock.take(volume, folder);
        try (lock;
                PlanLocks held = PlanLocks.of(plan, volume).take()) {
            Objects.requireNonNull(held);
            Journal.refuseOpen(volume, folder);
            DiskPrint before = DiskPrint.of(disk, options);
            Journal journal = Journal.begin(volume, plan);
            journal.committed();
            try {
                work.run(new DiskResize(options.withPermission(OpenOptions.Permission.UNDER_LOCK), progress));
            } catch (IOException e) {
                throw isUntouched(before, journal, e) ? e : begun(disk, e);
            }
            journal.remove();
        }
    }

    /** As long as no file has changed there is nothing to finish, and the journal goes. */
    private static boolean isUntouched(DiskPrint before, Journal journal, IOException cause) {
        try {
            boolean untouched = before.isStill();
            if (untouched) {
                journal.remove();
            }
            return untouched;
        } catch (IOException e) {
            // Not known, so recovery finishes what may be begun.
            cause.addSuppressed(e);
            return false;
        }
    }

    /** A refusal half way names its cause, but not that there is something to finish. */
    private static IOException begun(Path disk, IOException cause) {
        if (cause instanceof OperationCancelledException || !(cause instanceof VmdiskException refusal)) {
            return cause;
        }
        UnsafeStateException told = new UnsafeStateException(
                "unfinished",
                disk,
                "the new size was begun and could not be finished: " + refusal.getMessage(),
                Remedy.say("when the cause is gone ").with(Kind.RECOVER).and(" finishes it"));
        told.initCause(cause);
        return told;
    }
}
