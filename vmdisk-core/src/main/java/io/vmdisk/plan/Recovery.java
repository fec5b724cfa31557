package io.vmdisk.plan;

import io.vmdisk.Progress;
import io.vmdisk.disk.StagedDisk;
import io.vmdisk.storage.FolderLock;
import io.vmdisk.storage.Volume;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Finishes or undoes an operation that was interrupted: undoes it if it had not reached its commit point, finishes it if
 * it had. May itself be interrupted and run again.
 */
public final class Recovery {
    private final Volume volume;
    private final Progress progress;

    /** What recovery did. */
    public enum Outcome {
        /** There was nothing to recover. */
        NOTHING,
        /** The operation had not been committed: all it made is gone. */
        UNDONE,
        /** The operation is done. */
        FINISHED
    }

    /** Recovers with the files of this JVM. */
    public Recovery(Progress progress) {
        this(Volume.system(), progress);
    }

    /** Recovers with {@code volume}. */
    public Recovery(Volume volume, Progress progress) {
        this.volume = volume;
        this.progress = progress;
    }

    /** The operation that was interrupted in a folder, in words, if there is one. */
    public Optional<String> interrupted(Path folder) throws IOException {
        return volume.exists(Journal.of(folder))
                ? Optional.of(Journal.open(volume, folder).read().plan().operation())
                : Optional.empty();
    }

    /** The disks that somebody was making in a folder when a crash came, or is making now. */
    public List<Path> unfinishedDisks(Path folder) throws IOException {
        return StagedDisk.unfinished(volume, folder);
    }

    /** Refuses to go on in a folder whose operation was interrupted. */
    public void refuseInterrupted(Path folder) throws IOException {
        Journal.refuseOpen(volume, folder);
    }

    /**
     * Recovers the operation that was interrupted, and disks whose making was. Lock files that the crash left are gone
     * afterwards, also if there was nothing else to do.
     */
    public Outcome recover(Path folder) throws IOException {
        Outcome outcome = volume.exists(Journal.of(folder)) ? recoverJournal(folder) : Outcome.NOTHING;
        Outcome making = switch (Leftovers.clear(volume, folder)) {
            case NOTHING -> Outcome.NOTHING;
            case REMOVED -> Outcome.UNDONE;
            case NAMED -> Outcome.FINISHED;
        };
        return outcome == Outcome.NOTHING ? making : outcome;
    }

    private Outcome recoverJournal(Path folder) throws IOException {
        Closeable lock = FolderLock.take(volume, folder);
        try (lock) {
            Journal journal = Journal.open(volume, folder);
            Journal.State state = journal.read();
            if (state.committed()) {
                new Advance(volume, progress, journal).from(state.plan().steps(), state.stepsDone(), state.foldedTo());
                return Outcome.FINISHED;
            }
            new Preparer(volume, progress).unmake(state.plan().preparations());
            journal.remove();
            return Outcome.UNDONE;
        }
    }
}
