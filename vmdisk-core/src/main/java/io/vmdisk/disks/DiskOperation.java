package io.vmdisk.disks;

import io.vmdisk.Operation;
import io.vmdisk.Progress;
import io.vmdisk.plan.Repair;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.util.List;

/** A repair of a disk as users see it. */
record DiskOperation(Repair repair, Volume volume) implements Operation {
    @Override
    public List<String> steps() {
        return repair.describe();
    }

    @Override
    public List<String> notes() {
        return repair.notes();
    }

    @Override
    public void rehearse() throws IOException {
        repair.rehearse(volume);
    }

    @Override
    public void run(Progress progress) throws IOException {
        repair.execute(progress);
    }
}
