package io.vmdisk.cli.machine;

import io.vmdisk.check.CheckOptions;
import io.vmdisk.check.CheckReport;
import io.vmdisk.check.DiskCheck;
import io.vmdisk.check.Verdict;
import io.vmdisk.cli.answer.CheckResult;
import io.vmdisk.cli.answer.DiskChange;
import io.vmdisk.cli.answer.PlanReport;
import io.vmdisk.cli.answer.PlannedWork;
import io.vmdisk.cli.line.DatastoreOptions;
import io.vmdisk.cli.line.DiskArgument;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.FactOptions;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.OperandForms;
import io.vmdisk.cli.line.OperandKind;
import io.vmdisk.cli.line.RightsWatch;
import io.vmdisk.cli.line.UsageException;
import io.vmdisk.cli.view.Outcome;
import io.vmdisk.cli.view.ProgressBar;
import io.vmdisk.descriptor.AdapterType;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.machine.model.Consent;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.Repair;
import io.vmdisk.repair.ChainRepair;
import io.vmdisk.repair.Clues;
import io.vmdisk.repair.DescriptorRepair;
import io.vmdisk.repair.LeakRepair;
import io.vmdisk.repair.RepairUndo;
import io.vmdisk.repair.TableRepair;
import io.vmdisk.rescue.ListRebuild;
import io.vmdisk.rescue.MachineCheck;
import io.vmdisk.rescue.MachineRepair;
import io.vmdisk.rescue.PathRepair;
import io.vmdisk.snapshot.MachineWork;
import io.vmdisk.snapshot.Readiness;
import io.vmdisk.storage.Volume;
import io.vmdisk.vm.VirtualMachine;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Repairs what it is told to repair, and says what it would do first. */
@Command(
        name = "repair",
        description = {
            "Repairs one thing of a disk, or of all disks and the snapshot list of a VM; what is overwritten is kept as"
                    + " FILE.orig.",
            "Without an option it tells what could be repaired, and how. --undo puts back what the last repair replaced."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk repair web01.vmdk",
            "  vmdisk repair web01-000002.vmdk --cid --dry-run",
            "  vmdisk repair web01-000001.vmdk --parent ../moved/web01.vmdk",
            "  vmdisk repair web01.vmdk --descriptor --adapter pvscsi",
            "  vmdisk repair web01.vmdk --undo",
            "  vmdisk repair cut.vmdk --salvage saved.vmdk",
            "  vmdisk repair /vms/web01",
            "  vmdisk repair /vms/web01 --salvage /rescued/web01",
            "  vmdisk repair web01.vmx --vmsd --dry-run",
            "  vmdisk repair web01.vmx --paths --map /vmfs/volumes/ds2=copy/ds2",
        })
public final class RepairCommand implements Callable<Integer> {
    @Mixin
    private final GlobalOptions global;

    @Parameters(
            index = "0",
            paramLabel = "DISK|VM",
            converter = DiskArgument.Converter.class,
            description = "The disk, whose descriptor may be missing; or a .vmx, .vmtx or the folder of a VM.")
    private DiskArgument target;

    @Option(names = "--cid", description = "Make each child remember its parent's content ID, after proof.")
    private boolean cid;

    @Option(
            names = "--descriptor",
            description = "Make the descriptor follow its extents, or rebuild one that is lost or garbled.")
    private boolean descriptor;

    @Option(
            names = "--tables",
            description = "Restore grain tables from their other copy, rebuild free maps, mark as closed.")
    private boolean tables;

    @Option(names = "--leaks", description = "Give back what sparse files hold but nothing uses.")
    private boolean leaks;

    @Option(
            names = "--undo",
            description = "Put back what the last repair here replaced, byte for byte; refused if anything of it was"
                    + " changed since. Undone again and again, it goes back one repair each time. What --leaks gave back"
                    + " is gone; --salvage makes a disk of its own, which can be removed.")
    private boolean undo;

    @Option(names = "--dry-run", description = "Say what would be done, after all checks; nothing is changed.")
    private boolean rehearsal;

    @Option(
            names = "--force",
            paramLabel = "DANGER",
            description = "Go on in spite of a danger that an error named: cid (nothing proves that a parent's content"
                    + " is the right one), crashed (a VM's last run may not have ended).")
    private List<RepairDanger> agreed = new ArrayList<>();

    @Mixin
    private SalvageWork salvage = new SalvageWork();

    @ArgGroup(validate = false, heading = OperandForms.DISK, order = 10)
    private DiskForm ofDisk = new DiskForm();

    @ArgGroup(validate = false, heading = OperandForms.MACHINE, order = 20)
    private MachineForm ofMachine = new MachineForm();

    /** What only a disk is asked. */
    static final class DiskForm {
        @Option(
                names = "--parent",
                paramLabel = "PATH",
                description = "Make the disk remember this parent: it was renamed or moved. With --descriptor the disk"
                        + " on which a delta stands, which its own file does not tell.")
        @Nullable
        Path parent;

        @Option(
                names = "--adapter",
                paramLabel = "ADAPTER",
                converter = FactOptions.AdapterConverter.class,
                description = "With --descriptor: the controller that the machine's configuration names.")
        AdapterType adapter = AdapterType.LSILOGIC;

        Clues clues() {
            Clues clues = Clues.usual().withAdapter(adapter);
            return parent == null ? clues : clues.withParent(parent);
        }
    }

    /** What only a machine is asked. */
    static final class MachineForm {
        @Option(
                names = "--vmsd",
                description = "Make a lost or garbled snapshot list anew from the chains and the checkpoints.")
        boolean list;

        @Option(
                names = "--paths",
                description = "Write the names that files have here into configuration, snapshot list and parent hints,"
                        + " in place of those that --map maps and those whose files were found elsewhere.")
        boolean paths;

        @Option(
                names = "--search",
                paramLabel = "DIR",
                description = "Look here too for disks of the machine, and for machines that share them.")
        List<Path> search = List.of();
    }

    /** What may be agreed to. */
    enum RepairDanger {
        /** A parent whose content nothing proves. */
        CID,
        /** A machine of which nothing proves that it is off. */
        CRASHED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Mixin
    private DatastoreOptions datastores = new DatastoreOptions();

    public RepairCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        target.refuseUnfinished();
        OperandKind subject = OperandKind.of(target, Volume.system());
        try {
            return repair(subject);
        } catch (NoSuchFileException e) {
            if (Volume.system().exists(target.path())) {
                throw e;
            }
            // Gone between the first look and the plan.
            throw Repair.gone(target.path());
        }
    }

    private int repair(OperandKind subject) throws IOException {
        OperandForms.refuseOther(global, subject);
        refuseSeveral();
        salvage.check();
        if (salvage.isWanted()) {
            OpenOptions options = OpenOptions.readOnly()
                    .withVolume(datastores.volume())
                    .withParents(
                            agreed.contains(RepairDanger.CID)
                                    ? OpenOptions.Parents.IGNORE_CONTENT_ID
                                    : OpenOptions.Parents.STRICT);
            Outcome wanted = Outcome.of(rehearsal);
            return subject == OperandKind.MACHINE
                    ? salvage.machine(global, target, options, wanted)
                    : salvage.disk(global, target, options, wanted);
        }
        return subject == OperandKind.MACHINE ? machine() : disk(target.path());
    }

    private int disk(Path disk) throws IOException {
        OpenOptions options = OpenOptions.readOnly();
        if (undo) {
            return run("undo the last repair", RepairUndo.of(disk, options));
        }
        if (descriptor) {
            return run("repair the descriptor", DescriptorRepair.of(disk, ofDisk.clues(), options));
        }
        if (cid) {
            return run("relink the chain", ChainRepair.relink(disk, options, trust()));
        }
        if (ofDisk.parent != null) {
            return run("correct the parent", ChainRepair.parent(disk, ofDisk.parent, options, trust()));
        }
        if (leaks) {
            return run("give leaked space back", LeakRepair.of(disk, options));
        }
        return tables ? run("repair the tables", TableRepair.of(disk, options)) : advise(checkDisk());
    }

    private int machine() throws IOException {
        if (!(undo || ofMachine.list || ofMachine.paths || descriptor || cid || leaks || tables)) {
            return advise(checkMachine());
        }
        VirtualMachine machine = VirtualMachine.open(target.path(), ofMachine.search, datastores.volume());
        Set<Consent> consents = agreed.contains(RepairDanger.CRASHED) ? Set.of(Consent.CRASHED) : Set.of();
        Readiness readiness = new Readiness(machine, Instant.now(), consents);
        if (undo) {
            return run(machine, "undo the last repair", RepairUndo.ofFolder(machine.path(), machine.volume()));
        }
        if (ofMachine.list) {
            return run(machine, ListRebuild.plan(machine, ofMachine.search, readiness));
        }
        if (ofMachine.paths) {
            return run(machine, PathRepair.plan(machine, readiness));
        }
        MachineRepair repair = new MachineRepair(machine, readiness);
        if (descriptor) {
            return run(machine, "repair the descriptors", repair.descriptors());
        }
        if (cid) {
            return run(machine, "relink the chains", repair.relink(trust()));
        }
        return leaks
                ? run(machine, "give leaked space back", repair.leaks())
                : run(machine, "repair the tables", repair.tables());
    }

    private ChainRepair.Trust trust() {
        return agreed.contains(RepairDanger.CID) ? ChainRepair.Trust.USER : ChainRepair.Trust.PROOF;
    }

    /** Each repair is planned on what the files say; what another one changes it would not know. */
    private void refuseSeveral() {
        long asked = Stream.of(
                        cid,
                        descriptor,
                        tables,
                        leaks,
                        undo,
                        ofMachine.list,
                        ofMachine.paths,
                        salvage.isWanted(),
                        ofDisk.parent != null && !descriptor)
                .filter(wanted -> wanted)
                .count();
        if (asked > 1) {
            throw new UsageException("one repair at a time: run the command once for each");
        }
    }

    private interface Work {
        void run(ProgressBar progress) throws IOException;
    }

    private int run(String operation, Repair repair) throws IOException {
        return run(operation, repair, repair::execute);
    }

    private int run(VirtualMachine machine, String operation, Repair repair) throws IOException {
        return run(operation, repair, progress -> new MachineWork(machine.volume(), progress).execute(machine, repair));
    }

    private int run(String operation, Repair repair, Work work) throws IOException {
        if (repair.isEmpty()) {
            PlannedWork nothing =
                    PlannedWork.nothing(operation + ": nothing to do").withNotes(repair.notes());
            show(nothing, rehearsal ? Outcome.DRY_RUN : Outcome.NOTHING);
            return afterNothing();
        }
        PlannedWork done = PlannedWork.of(operation, repair, datastores.volume());
        RightsWatch rights = RightsWatch.over(target.path());
        if (!rehearsal) {
            global.ifCancelled("'vmdisk recover' finishes or undoes what was begun");
            try (ProgressBar progress = global.progress()) {
                work.run(progress);
            }
        }
        show(done, Outcome.of(rehearsal));
        rights.tell(global);
        return ExitCodes.DONE;
    }

    /** Nothing to do is all well only where nothing is wrong. */
    private int afterNothing() throws IOException {
        CheckReport report =
                OperandKind.of(target, Volume.system()) == OperandKind.MACHINE ? checkMachine() : checkDisk();
        if (report.verdict() != Verdict.CORRUPT) {
            return ExitCodes.DONE;
        }
        global.note("this repair has nothing to mend, but something is wrong: 'vmdisk check' says what, and 'vmdisk"
                + " convert --salvage' saves what can be read of a damaged disk");
        return ExitCodes.NO;
    }

    private CheckReport checkDisk() throws IOException {
        try (ProgressBar progress = global.progress()) {
            return DiskCheck.run(target.path(), CheckOptions.standard().withScope(CheckOptions.Scope.CHAIN), progress);
        }
    }

    private CheckReport checkMachine() throws IOException {
        try (ProgressBar progress = global.progress()) {
            return MachineCheck.run(
                    target.path(),
                    ofMachine.search,
                    CheckOptions.standard().withOpening(OpenOptions.readOnly().withVolume(datastores.volume())),
                    Instant.now(),
                    progress);
        }
    }

    private int run(VirtualMachine machine, Plan plan) throws IOException {
        Volume volume = machine.volume();
        if (rehearsal) {
            PlanningOptions.rehearse(global, target, plan);
            return ExitCodes.DONE;
        }
        PlanReport report = PlanReport.of(plan, volume, Outcome.DONE);
        RightsWatch rights = RightsWatch.over(volume, plan);
        global.ifCancelled("'vmdisk recover' finishes or undoes what was begun");
        try (ProgressBar progress = global.progress()) {
            new MachineWork(volume, progress).execute(machine, RepairUndo.noted(plan, volume));
        }
        PlanningOptions.show(global, target, report);
        rights.tell(global);
        return ExitCodes.DONE;
    }

    private void show(PlannedWork work, Outcome outcome) throws IOException {
        global.show(target, new DiskChange(work, outcome));
    }

    private int advise(CheckReport report) throws IOException {
        global.show(target, new CheckResult(report));
        return report.verdict() == Verdict.CLEAN ? ExitCodes.DONE : ExitCodes.NO;
    }
}
