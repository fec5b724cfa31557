package io.vmdisk.machine;

import io.vmdisk.Progress;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.PlanExecutor;
import io.vmdisk.plan.Repair;
import io.vmdisk.snapshot.MachineWork;
import io.vmdisk.storage.Volume;
import io.vmdisk.vm.VirtualMachine;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * An operation on a machine that was planned and has not begun: what it would do can be read, and then it is done or not.
 * All that speaks against it was refused when it was asked for. Good for the machine as it was opened: {@link #run} refuses
 * if its files changed since. For one thread.
 *
 * @since 0.1
 */
public final class Operation {
    /** What carries it out. */
    private interface Work {
        void run(Progress progress) throws IOException;

        void rehearse() throws IOException;
    }

    private final Optional<Plan> plan;
    private final List<String> steps;
    private final List<String> notes;
    private final Work work;

    private Operation(Optional<Plan> plan, List<String> steps, List<String> notes, Work work) {
        this.plan = plan;
        this.steps = List.copyOf(steps);
        this.notes = List.copyOf(notes);
        this.work = work;
    }

    static Operation of(Plan plan, List<VirtualMachine> machines, Volume volume) {
        return new Operation(Optional.of(plan), plan.describe(), plan.notes(), new Work() {
            @Override
            public void run(Progress progress) throws IOException {
                new MachineWork(volume, progress).execute(machines, plan);
            }

            @Override
            public void rehearse() throws IOException {
                new PlanExecutor(volume, Progress.NONE).rehearse(plan);
            }
        });
    }

    static Operation of(Repair repair, VirtualMachine machine, Volume volume) {
        return new Operation(Optional.empty(), repair.describe(), repair.notes(), new Work() {
            @Override
            public void run(Progress progress) throws IOException {
                new MachineWork(volume, progress).execute(machine, repair);
            }

            @Override
            public void rehearse() {}
        });
    }

    /** Whether there is nothing to do. */
    public boolean isEmpty() {
        return steps.isEmpty();
    }

    /** One line for each thing that will be done, in order. */
    public List<String> steps() {
        return steps;
    }

    /** What people should know before they agree. */
    public List<String> notes() {
        return notes;
    }

    /** The plan, with the files it makes, changes and removes, its bytes and time; repairs of single disks have none. */
    public Optional<Plan> plan() {
        return plan;
    }

    /**
     * Refuses what {@link #run} would refuse, and changes nothing.
     *
     * @throws io.vmdisk.OutOfSpaceException if a file store has too little room
     */
    public void rehearse() throws IOException {
        work.rehearse();
    }

    /** Does it, unseen; see {@link #run(Progress)}. */
    public void run() throws IOException {
        run(Progress.NONE);
    }

    /**
     * Does it. If it fails or is cancelled behind its commit point, or the process ends, a journal stays in the machine's
     * folder: until {@link Machine#recover} all else is refused there.
     *
     * @throws io.vmdisk.UnsafeStateException if something else uses the machine, or it changed since it was opened
     * @throws io.vmdisk.OperationCancelledException if {@code progress} said so
     */
    public void run(Progress progress) throws IOException {
        work.run(progress);
    }
}
