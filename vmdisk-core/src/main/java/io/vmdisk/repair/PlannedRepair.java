package io.vmdisk.repair;

import io.vmdisk.Progress;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.DiskUse;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.plan.KeptPart;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.PlanExecutor;
import io.vmdisk.plan.PlanLocks;
import io.vmdisk.plan.Repair;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A repair of descriptors: a plan, carried out under a journal.
 *
 * @param work the plan
 * @param replaced what it replaces, and keeps
 * @param seen the disks whose whole text it replaces, as they were when it was planned
 */
record PlannedRepair(Plan work, List<PlannedPart> replaced, List<DiskLink> seen, Volume volume) implements Repair {
    PlannedRepair {
        replaced = List.copyOf(replaced);
        seen = List.copyOf(seen);
    }

    @Override
    public List<String> describe() {
        return work.describe();
    }

    @Override
    public List<String> notes() {
        return work.notes();
    }

    @Override
    public Optional<Plan> plan() {
        return Optional.of(work);
    }

    @Override
    public List<KeptPart> keeps() {
        return replaced.stream().map(PlannedPart::kept).toList();
    }

    @Override
    public void perform(Progress progress) throws IOException {
        PlanLocks held = PlanLocks.of(work, volume).take();
        try (held) {
            requireUnchanged(seen, volume);
            new PlanExecutor(volume, progress).execute(PlanNote.noted(work, replaced, volume), held);
        }
    }

    static void requireUnchanged(List<DiskLink> seen, Volume volume) throws IOException {
        OpenOptions options =
                OpenOptions.readOnly().withVolume(volume).withPermission(OpenOptions.Permission.EXTENTS_OUTSIDE_FOLDER);
        for (DiskLink link : seen) {
            DiskUse.requireUnchanged(new DiskChain(List.of(link), null), options);
        }
    }
}
