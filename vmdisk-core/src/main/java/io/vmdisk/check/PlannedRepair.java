package io.vmdisk.check;

import io.vmdisk.Progress;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.PlanExecutor;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.util.List;

/** A repair of descriptors: a plan, carried out under a journal. */
record PlannedRepair(Plan plan, Volume volume) implements Repair {
    @Override
    public List<String> describe() {
        return plan.describe();
    }

    @Override
    public List<String> notes() {
        return plan.notes();
    }

    @Override
    public void execute(Progress progress) throws IOException {
        new PlanExecutor(volume, progress).execute(plan);
    }
}
