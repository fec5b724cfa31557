package io.vmdisk.plan;

import io.vmdisk.OutOfSpaceException;
import io.vmdisk.Progress;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.disk.LinkSpace;
import io.vmdisk.plan.step.FoldLinks;
import io.vmdisk.plan.step.Preparation;
import io.vmdisk.plan.step.PreparationWork;
import io.vmdisk.storage.FolderLock;
import io.vmdisk.storage.Volume;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Objects;

/**
 * Carries a plan out: lock, check the room, journal, prepare, commit, step by step, drop the journal.
 *
 * <p>If it fails or is cancelled before the commit point, everything it made is gone again. After it, the journal stays
 * and {@link Recovery} goes on where it stopped; until then every other plan in the folder is refused.
 *
 * <p>For one thread.
 *
 * @since 0.1
 */
public final class PlanExecutor {
    private final Volume volume;
    private final Progress progress;

    /** An executor that works with the files of this JVM. */
    public PlanExecutor(Progress progress) {
        this(Volume.system(), progress);
    }

    /** An executor that works with {@code volume}. */
    public PlanExecutor(Volume volume, Progress progress) {
        this.volume = volume;
        this.progress = progress;
    }

    /**
     * Does what the plan says.
     *
     * @throws io.vmdisk.UnsafeStateException if another vmdisk works in the folder or on one of the plan's files, or an
     *     operation there was interrupted
     * @throws OutOfSpaceException before anything is touched, if there is not enough room
     */
    public void execute(Plan plan) throws IOException {
        try (PlanLocks held = PlanLocks.of(plan, volume).take()) {
            execute(plan, held);
        }
    }

    /**
     * Does what the plan says, while the caller has its locks.
     *
     * @param held those of all its files
     */
    public void execute(Plan plan, PlanLocks held) throws IOException {
        Objects.requireNonNull(held);
        if (plan.isEmpty()) {
            return;
        }
        Closeable lock = FolderLock.take(volume, plan.folder());
        try (lock) {
            Journal.refuseOpen(volume, plan.folder());
            Preparer preparer = new Preparer(volume, progress);
            preparer.refuseTaken(plan);
            requireRoom(plan);
            Journal journal = Journal.begin(volume, plan);
            prepare(plan, preparer, journal);
            new StepExecutor(volume, progress, journal).from(plan.steps(), 0, 0);
        }
    }

    /**
     * Refuses what {@link #execute} would refuse before it touches anything; changes nothing.
     *
     * @throws OutOfSpaceException if there is not enough room
     */
    public void rehearse(Plan plan) throws IOException {
        if (!plan.isEmpty()) {
            Journal.refuseOpen(volume, plan.folder());
            new Preparer(volume, progress).refuseTaken(plan);
            requireRoom(plan);
        }
    }

    private void requireRoom(Plan plan) throws IOException {
        for (StoreRoom room : StoreRoom.of(plan, volume)) {
            if (room.needed() > room.free()) {
                throw new OutOfSpaceException(
                        "plan",
                        room.folder(),
                        "it needs up to " + room.needed() + " bytes there, " + room.free()
                                + " are free; nothing was changed",
                        keepsSpace(plan)
                                ? Remedy.of(Kind.FREE_SPACE)
                                        .and(", or let the merge give space back as it goes: ")
                                        .with(Kind.LOW_SPACE)
                                : Remedy.of(Kind.FREE_SPACE).and(" and try again"));
            }
        }
    }

    private static boolean keepsSpace(Plan plan) {
        return plan.steps().stream().anyMatch(step -> step instanceof FoldLinks fold && fold.space() == LinkSpace.KEEP);
    }

    private void prepare(Plan plan, Preparer preparer, Journal journal) throws IOException {
        int made = 0;
        try {
            PreparationWork work = preparer.work(plan);
            for (Preparation preparation : plan.preparations()) {
                progress.checkCancelled(plan.operation());
                made++;
                preparation.make(work);
            }
            progress.checkCancelled(plan.operation());
            journal.committed();
        } catch (IOException | RuntimeException e) {
            undo(plan.preparations().subList(0, made), preparer, journal, e);
            throw e;
        }
    }

    /** If even this fails the journal stays, and recovery undoes the rest. */
    private void undo(List<Preparation> made, Preparer preparer, Journal journal, Exception cause) {
        try {
            preparer.unmake(made);
            journal.remove();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }
}
