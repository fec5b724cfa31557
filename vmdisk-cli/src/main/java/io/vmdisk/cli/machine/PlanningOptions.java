package io.vmdisk.cli.machine;

import io.vmdisk.Progress;
import io.vmdisk.cli.answer.PlanReport;
import io.vmdisk.cli.line.DatastoreOptions;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.PicocliConverter;
import io.vmdisk.cli.line.RightsWatch;
import io.vmdisk.cli.line.VmArgument;
import io.vmdisk.cli.line.WordException;
import io.vmdisk.cli.line.WordReader;
import io.vmdisk.cli.view.Outcome;
import io.vmdisk.cli.view.ProgressBar;
import io.vmdisk.machine.model.Consent;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.PlanExecutor;
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
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of commands that plan before they act, and the acting. */
final class PlanningOptions {
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

    /** Adds to a report what the machine, as it was before, tells of what is made. */
    interface Teller {
        PlanReport tell(PlanReport report, VirtualMachine machine) throws IOException;
    }

    /** The files that plans are about. */
    Volume volume() {
        return datastores.volume();
    }

    /** Opens the machine, plans, and does what was planned unless it is only looked at. */
    void run(GlobalOptions global, VmArgument vm, Planner planner) throws IOException {
        run(global, vm, planner, plan -> {}, (report, machine) -> report);
    }

    /** What comes between the plan and the work, as a question does. */
    interface Before {
        void work(Plan plan) throws IOException;
    }

    /** The same, with something between plan and work. */
    void run(GlobalOptions global, VmArgument vm, Planner planner, Before before) throws IOException {
        run(global, vm, planner, before, (report, machine) -> report);
    }

    /** The same for work that makes something with an id, which the report then tells. */
    void run(GlobalOptions global, VmArgument vm, Planner planner, Teller teller) throws IOException {
        run(global, vm, planner, plan -> {}, teller);
    }

    private void run(GlobalOptions global, VmArgument vm, Planner planner, Before before, Teller teller)
            throws IOException {
        VirtualMachine machine = VirtualMachine.open(vm.path(), search, volume());
        Set<Consent> consents = agreed.isEmpty() ? Set.of() : EnumSet.copyOf(agreed);
        Plan plan = planner.plan(new SnapshotPlanner(machine, Instant.now(), consents), machine);
        PlanReport report = teller.tell(PlanReport.of(plan, volume(), Outcome.of(dryRun)), machine);
        if (dryRun) {
            rehearse(global, vm.path(), plan, report);
        } else {
            before.work(plan);
            carryOut(global, vm.path(), List.of(machine), plan, report);
        }
    }

    /** Tells what a plan would do, and then refuses it as the work itself would. */
    static void rehearse(GlobalOptions global, Object target, Plan plan) throws IOException {
        rehearse(global, target, plan, PlanReport.of(plan, Volume.system(), Outcome.DRY_RUN));
    }

    private static void rehearse(GlobalOptions global, Object target, Plan plan, PlanReport report) throws IOException {
        global.show(target, report);
        new PlanExecutor(Volume.system(), Progress.NONE).rehearse(plan);
    }

    /**
     * Does what a plan says, and tells of it.
     *
     * @param target what was named
     * @param machines all that it was made from; the plan lies with the first
     */
    static void carryOut(GlobalOptions global, Object target, List<VirtualMachine> machines, Plan plan)
            throws IOException {
        carryOut(
                global,
                target,
                machines,
                plan,
                PlanReport.of(plan, machines.get(0).volume(), Outcome.DONE));
    }

    private static void carryOut(
            GlobalOptions global, Object target, List<VirtualMachine> machines, Plan plan, PlanReport report)
            throws IOException {
        Volume volume = machines.get(0).volume();
        RightsWatch rights = RightsWatch.over(volume, plan);
        global.ifCancelled("'vmdisk recover' finishes or undoes what was begun");
        try (ProgressBar progress = global.progress()) {
            new MachineWork(volume, progress).execute(machines, plan);
        }
        show(global, target, report);
        rights.tell(global);
    }

    /** Tells of work done, unless nobody wants to know. */
    static void show(GlobalOptions global, Object target, PlanReport report) throws IOException {
        if (!global.quiet() || global.json()) {
            global.show(target, report);
        }
    }

    /** Reads a danger by the word of its error. */
    static final class ConsentConverter extends PicocliConverter<Consent> {
        ConsentConverter() {
            super(new Reader());
        }

        /** Does the work. */
        static final class Reader implements WordReader<Consent> {
            @Override
            public Consent convert(String text) {
                return Consent.of(text)
                        .orElseThrow(() -> new WordException("'" + text + "' is none of suspended, crashed, clones"));
            }
        }
    }
}
