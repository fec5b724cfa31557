package io.vmdisk.cli.machine;

import io.vmdisk.Progress;
import io.vmdisk.cli.answer.PlanReport;
import io.vmdisk.cli.line.DatastoreOptions;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.RightsWatch;
import io.vmdisk.cli.line.VmArgument;
import io.vmdisk.cli.view.ProgressBar;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.PlanExecutor;
import io.vmdisk.snapshot.Consent;
import io.vmdisk.snapshot.MachineWork;
import io.vmdisk.snapshot.SnapshotPlanner;
import io.vmdisk.storage.Volume;
import io.vmdisk.vm.VirtualMachine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of commands that plan before they act, and the acting. */
final class Planning {
    @Mixin
    private DatastoreOptions datastores = new DatastoreOptions();

    @Option(names = "--dry-run", description = "Say what would be done, and do nothing.")
    boolean dryRun;

    @Option(
            names = "--search",
            paramLabel = "DIR",
            description = "Look here too for disks and machines that depend on these, or for parts of this machine.")
    List<Path> search = List.of();

    @Option(
            names = "--force",
            paramLabel = "DANGER",
            converter = ConsentConverter.class,
            description = "Go on in spite of a danger that an error named: suspended, crashed, clones.")
    List<Consent> agreed = List.of();

    /** A plan for a machine. */
    interface Planner {
        Plan plan(SnapshotPlanner planner, VirtualMachine machine) throws IOException;
    }

    /** The files that plans are about. */
    Volume volume() {
        return datastores.volume();
    }

    /** Opens the machine, plans, and does what was planned unless it is only looked at. */
    void run(GlobalOptions global, VmArgument vm, Planner planner) throws IOException {
        run(global, vm, planner, plan -> {});
    }

    /** What comes between the plan and the work, as a question does. */
    interface Before {
        void work(Plan plan) throws IOException;
    }

    /** The same, with something between plan and work. */
    void run(GlobalOptions global, VmArgument vm, Planner planner, Before before) throws IOException {
        VirtualMachine machine = VirtualMachine.open(vm.path(), search, volume());
        Set<Consent> consents = agreed.isEmpty() ? Set.of() : EnumSet.copyOf(agreed);
        Plan plan = planner.plan(new SnapshotPlanner(machine, Instant.now(), consents), machine);
        if (dryRun) {
            rehearse(global, plan);
        } else {
            before.work(plan);
            carryOut(global, List.of(machine), plan);
        }
    }

    /** Tells what a plan would do, and then refuses it as the work itself would. */
    static void rehearse(GlobalOptions global, Plan plan) throws IOException {
        global.show(PlanReport.of(plan, Volume.system(), PlanReport.Outcome.DRY_RUN));
        new PlanExecutor(Volume.system(), Progress.NONE).rehearse(plan);
    }

    /**
     * Does what a plan says, and tells of it.
     *
     * @param machines all that it was made from; the plan lies with the first
     */
    static void carryOut(GlobalOptions global, List<VirtualMachine> machines, Plan plan) throws IOException {
        Volume volume = machines.get(0).volume();
        PlanReport report = PlanReport.of(plan, volume, PlanReport.Outcome.DONE);
        RightsWatch rights = RightsWatch.over(volume, plan);
        global.ifCancelled("'vmdisk recover' finishes or undoes what was begun");
        try (ProgressBar progress = global.progress()) {
            new MachineWork(volume, progress).execute(machines, plan);
        }
        show(global, report);
        rights.tell(global);
    }

    /** Tells of work done, unless nobody wants to know. */
    static void show(GlobalOptions global, PlanReport report) throws IOException {
        if (!global.quiet() || global.json()) {
            global.show(report);
        }
    }

    /** Reads a danger by the word of its error. */
    static final class ConsentConverter implements ITypeConverter<Consent> {
        @Override
        public Consent convert(String text) {
            return Consent.of(text)
                    .orElseThrow(
                            () -> new TypeConversionException("'" + text + "' is none of suspended, crashed, clones"));
        }
    }
}
