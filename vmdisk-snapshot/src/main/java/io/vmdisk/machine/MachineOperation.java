package io.vmdisk.machine;

import io.vmdisk.Operation;
import io.vmdisk.Progress;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.PlanExecutor;
import io.vmdisk.plan.Repair;
import io.vmdisk.snapshot.MachineWork;
import io.vmdisk.storage.Volume;
import io.vmdisk.vm.VirtualMachine;
import java.io.IOException;
import java.util.List;

/** Operations on machines as users see them. */
abstract sealed class MachineOperation implements Operation {
    private final List<String> steps;
    private final List<String> notes;
    final Volume volume;

    private MachineOperation(List<String> steps, List<String> notes, Volume volume) {
        this.steps = List.copyOf(steps);
        this.notes = List.copyOf(notes);
        this.volume = volume;
    }

    static Operation of(Plan plan, List<VirtualMachine> machines, Volume volume) {
        return new Planned(plan, machines, volume);
    }

    static Operation of(Repair repair, VirtualMachine machine, Volume volume) {
        return new Mending(repair, machine, volume);
    }

    @Override
    public List<String> steps() {
        return steps;
    }

    @Override
    public List<String> notes() {
        return notes;
    }

    private static final class Planned extends MachineOperation {
        private final Plan plan;
        private final List<VirtualMachine> machines;

        Planned(Plan plan, List<VirtualMachine> machines, Volume volume) {
            super(plan.describe(), plan.notes(), volume);
            this.plan = plan;
            this.machines = machines;
        }

        @Override
        public void rehearse() throws IOException {
            new PlanExecutor(volume, Progress.NONE).rehearse(plan);
        }

        @Override
        public void run(Progress progress) throws IOException {
            new MachineWork(volume, progress).execute(machines, plan);
        }
    }

    private static final class Mending extends MachineOperation {
        private final Repair repair;
        private final VirtualMachine machine;

        Mending(Repair repair, VirtualMachine machine, Volume volume) {
            super(repair.describe(), repair.notes(), volume);
            this.repair = repair;
            this.machine = machine;
        }

        @Override
        public void rehearse() throws IOException {
            repair.rehearse(volume);
        }

        @Override
        public void run(Progress progress) throws IOException {
            new MachineWork(volume, progress).execute(machine, repair);
        }
    }
}
