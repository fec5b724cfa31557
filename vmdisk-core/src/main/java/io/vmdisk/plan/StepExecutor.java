package io.vmdisk.plan;

import io.vmdisk.Progress;
import io.vmdisk.VmdiskException;
import io.vmdisk.plan.step.Step;
import io.vmdisk.plan.step.StepWork;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.util.List;

/** Takes the steps behind the commit point, from wherever they were left, and drops the journal when all are done. */
final class StepExecutor {
    private final Volume volume;
    private final Progress progress;
    private final Journal journal;

    StepExecutor(Volume volume, Progress progress, Journal journal) {
        this.volume = volume;
        this.progress = progress;
        this.journal = journal;
    }

    /**
     * Goes on.
     *
     * @param done steps that are done
     * @param foldedTo how far the first of the others had come, if it is a fold that gives space back
     */
    void from(List<Step> steps, int done, long foldedTo) throws IOException {
        for (int i = done; i < steps.size(); i++) {
            progress.checkCancelled("the operation, which a recovery finishes,");
            try {
                steps.get(i).run(new Work(volume, progress, journal, i == done ? foldedTo : 0));
                journal.done(i + 1);
            } catch (VmdiskException e) {
                throw e;
            } catch (IOException e) {
                throw interrupted(steps.get(i), e);
            }
        }
        journal.remove();
    }

    private record Work(Volume volume, Progress progress, Journal journal, long reached) implements StepWork {
        @Override
        public void reached(long position) throws IOException {
            journal.folded(position);
        }
    }

    /** What the system says names neither the file nor the way on. */
    private static IOException interrupted(Step step, IOException cause) {
        String reason = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return new UnfinishedPlanException("could not " + step.describe() + ": " + reason, cause);
    }
}
