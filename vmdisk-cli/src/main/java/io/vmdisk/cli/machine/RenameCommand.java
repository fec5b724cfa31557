package io.vmdisk.cli.machine;

import io.vmdisk.Progress;
import io.vmdisk.cli.answer.DiskChange;
import io.vmdisk.cli.answer.PlannedWork;
import io.vmdisk.cli.disk.DependantSearch;
import io.vmdisk.cli.disk.MachineReferences;
import io.vmdisk.cli.line.ChangingOptions;
import io.vmdisk.cli.line.DatastoreOptions;
import io.vmdisk.cli.line.DiskArgument;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.OperandForms;
import io.vmdisk.cli.line.OperandKind;
import io.vmdisk.cli.line.UsageException;
import io.vmdisk.cli.view.Outcome;
import io.vmdisk.cli.view.ProgressBar;
import io.vmdisk.clone.RenamePlanner;
import io.vmdisk.descriptor.files.DiskNames;
import io.vmdisk.machine.model.Consent;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.PlanExecutor;
import io.vmdisk.plan.disk.DiskRename;
import io.vmdisk.storage.Volume;
import io.vmdisk.vm.VirtualMachine;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Gives a disk or a machine another name in its folder. */
@Command(
        name = "rename",
        customSynopsis = {"vmdisk rename [OPTIONS] DISK NEW", "       vmdisk rename [OPTIONS] VM NAME"},
        description = {
            "Renames a disk or a machine, and whatever names it.",
            "Of a disk: descriptor, extents, change tracking file and what names them, the "
                    + "machines in its folder included. A disk that others depend on is refused.",
            "Of a machine: the name shown, and of all files that are called like it; the " + "folder keeps its name."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk rename web01.vmdk web02.vmdk",
            "  vmdisk rename --dry-run /vmfs/web01/web01_1.vmdk data.vmdk",
            "  vmdisk rename /vms/web01 db07",
        })
public final class RenameCommand implements Callable<Integer> {
    @Mixin
    private final GlobalOptions global;

    @Parameters(
            index = "0",
            paramLabel = "DISK|VM",
            converter = DiskArgument.Converter.class,
            description = "A descriptor or a monolithic .vmdk; a .vmx, .vmtx or the folder of a VM.")
    private DiskArgument target;

    @Parameters(
            index = "1",
            paramLabel = "NEW|NAME",
            description = "The disk's new file, in the same folder; the VM's new name.")
    private String newName = "";

    @Option(names = "--dry-run", description = "Say what would be done, after all checks; nothing is changed.")
    private boolean rehearsal;

    @Option(
            names = "--force",
            paramLabel = "DANGER",
            description =
                    "Go on in spite of a danger that an error named: of a DISK in-use (a lock of VMware beside it);"
                            + " of a VM crashed, clones.")
    private List<String> agreed = new ArrayList<>();

    @Mixin
    private DependantSearch search = new DependantSearch();

    @Mixin
    private DatastoreOptions datastores = new DatastoreOptions();

    public RenameCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        OperandKind subject = OperandKind.of(target, Volume.system());
        OperandForms.refuseOther(global, subject);
        if (subject == OperandKind.MACHINE) {
            renameMachine();
        } else {
            renameDisk(target.path());
        }
        return ExitCodes.DONE;
    }

    private void renameMachine() throws IOException {
        List<Consent> consents =
                OperandForms.words("--force", agreed, List.of(Consent.CRASHED, Consent.CLONES), Consent::word);
        VirtualMachine machine = VirtualMachine.open(target.path(), search.folders(), datastores.volume());
        RenamePlanner planner = new RenamePlanner(machine, Instant.now(), new HashSet<>(consents));
        Plan plan = planner.plan(newName);
        if (rehearsal) {
            PlanningOptions.rehearse(global, target, plan);
        } else {
            PlanningOptions.carryOut(global, target, planner.concerned(), plan);
        }
    }

    private void renameDisk(Path disk) throws IOException {
        List<ChangingOptions.WriteDanger> dangers = OperandForms.words(
                "--force",
                agreed,
                List.of(ChangingOptions.WriteDanger.values()),
                ChangingOptions.WriteDanger::toString);
        Path renamed = renamed(disk);
        search.refuseAll(disk, ChangingOptions.writing(dangers));
        Plan own = DiskRename.plan(disk, renamed, ChangingOptions.writing(dangers));
        if (own.isEmpty()) {
            PlannedWork nothing = PlannedWork.nothing(own.operation() + ": nothing to do, that is its name");
            global.show(target, new DiskChange(nothing, rehearsal ? Outcome.DRY_RUN : Outcome.NOTHING));
            return;
        }
        MachineReferences references = MachineReferences.to(disk);
        if (!dangers.contains(ChangingOptions.WriteDanger.IN_USE)) {
            references.refuseHidden(disk);
        }
        Plan plan = references.follow(own, renamed);
        PlannedWork work = PlannedWork.of(plan, Volume.system());
        if (rehearsal) {
            new PlanExecutor(Progress.NONE).rehearse(plan);
        } else {
            try (ProgressBar progress = global.progress()) {
                new PlanExecutor(progress).execute(plan);
            }
        }
        global.show(target, new DiskChange(work, Outcome.of(rehearsal)));
    }

    /** A bare name is meant beside the disk, wherever the user stands. */
    private Path renamed(Path disk) {
        Path given;
        try {
            given = Path.of(newName);
        } catch (InvalidPathException e) {
            throw new UsageException("no file can have the name '" + newName + "'", e);
        }
        Path named = given.getParent() == null ? disk.resolveSibling(given) : given;
        String name = String.valueOf(named.getFileName());
        boolean whole = name.toLowerCase(Locale.ROOT).endsWith(DiskNames.SUFFIX);
        return whole ? named : named.resolveSibling(DiskNames.descriptor(name));
    }
}
