package io.vmdisk.plan;

import io.vmdisk.Progress;
import java.io.IOException;
import java.util.List;

/** Repairs of several disks, one after the other; if one fails those before it are done and the command may be repeated. */
record RepairSequence(List<Repair> repairs) implements Repair {
    RepairSequence {
        repairs = List.copyOf(repairs);
    }

    @Override
    public List<String> describe() {
        return repairs.stream().flatMap(repair -> repair.describe().stream()).toList();
    }

    @Override
    public List<String> notes() {
        return repairs.stream()
                .flatMap(repair -> repair.notes().stream())
                .distinct()
                .toList();
    }

    @Override
    public List<KeptPart> keeps() {
        return repairs.stream().flatMap(repair -> repair.keeps().stream()).toList();
    }

    @Override
    public List<Repair> parts() {
        return repairs.stream().flatMap(repair -> repair.parts().stream()).toList();
    }

    @Override
    public void perform(Progress progress) throws IOException {
        for (Repair repair : repairs) {
            repair.execute(progress);
        }
    }
}
