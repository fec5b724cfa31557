package io.vmdisk.cli.machine;

import io.vmdisk.cli.answer.ConvertedDisk;
import io.vmdisk.cli.answer.PlanReport;
import io.vmdisk.cli.answer.PlannedWork;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.FactOptions;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.ManyTargets;
import io.vmdisk.cli.line.NewFile;
import io.vmdisk.cli.line.RightsWatch;
import io.vmdisk.cli.line.ThreadOptions;
import io.vmdisk.cli.line.UsageException;
import io.vmdisk.cli.line.VmArgument;
import io.vmdisk.cli.view.Outcome;
import io.vmdisk.cli.view.ProgressBar;
import io.vmdisk.descriptor.Descriptor;
import io.vmdisk.descriptor.DiskFacts;
import io.vmdisk.descriptor.files.DiskNames;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.LinkSpace;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.PlanExecutor;
import io.vmdisk.snapshot.LooseDisk;
import io.vmdisk.storage.HeadStart;
import io.vmdisk.storage.Volume;
import io.vmdisk.transfer.DiskConverter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Merges links that no state of a machine needs, or all links of a disk that has no machine. */
@Command(
        name = "consolidate",
        description = "Merges the links of a machine that no snapshot owns, or all links of a disk without a machine.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk consolidate --dry-run web01",
            "  vmdisk consolidate --low-space web01.vmx",
            "  vmdisk consolidate --json --each /vms",
            "  vmdisk consolidate web01-000002.vmdk --into whole.vmdk",
            "  vmdisk consolidate --one web01-000002.vmdk",
            "  vmdisk consolidate --up web01-000002.vmdk",
        })
public final class ConsolidateCommand implements Callable<Integer> {
    @Mixin
    private final GlobalOptions global;

    @Mixin
    private PlanningOptions planning = new PlanningOptions();

    @Mixin
    private ThreadOptions threads = new ThreadOptions();

    @Mixin
    private FactOptions facts = new FactOptions();

    @Mixin
    private ManyTargets many = new ManyTargets();

    @Parameters(
            arity = "0..*",
            paramLabel = "VM|DISK",
            converter = VmArgument.Converter.class,
            description = "A machine (.vmx or folder), or the top link of a disk.")
    private List<VmArgument> targets = List.of();

    @Option(
            names = "--into",
            paramLabel = "NEW",
            description =
                    "Leave a disk's links as they are and write a new disk with their content, which is to take their"
                            + " place: it keeps their UUID.")
    private @Nullable Path into;

    @Option(
            names = "--one",
            description = "Merge the disk into its parent only, as qemu-img commit does, not all links into the base. A"
                    + " redo log (X.vmdk.REDO_…) is always merged so.")
    private boolean one;

    @Option(
            names = "--up",
            description =
                    "Merge the disk's parent into the disk instead, which is then the one that stays: less work where"
                            + " the parent holds less than the disk does.")
    private boolean up;

    @Option(
            names = "--low-space",
            description = "Give space of merged links back to the file system as it goes, to rescue a full one.")
    private boolean lowSpace;

    public ConsolidateCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        many.require(targets);
        List<Path> paths = targets.stream().map(VmArgument::path).toList();
        if (!many.areMany(targets)) {
            return consolidate(paths.get(0));
        }
        if (into != null) {
            throw new UsageException("--into is for one disk");
        }
        return many.run(global, ExitCodes.GENERAL, paths, this::consolidate);
    }

    private int consolidate(Path target) throws IOException {
        boolean redo = DiskNames.isRedoLog(String.valueOf(target.getFileName()));
        boolean disk = redo || target.toString().toLowerCase(Locale.ROOT).endsWith(".vmdk");
        if (one && (!disk || into != null)) {
            throw new UsageException("--one is for a disk, and does not go with --into");
        }
        if (up && (!disk || redo || one || into != null || lowSpace)) {
            throw new UsageException("--up is for a disk, and goes with none of --one, --into and --low-space");
        }
        if (into != null && (!disk || lowSpace || planning.dryRun)) {
            throw new UsageException("--into is for a disk, and goes with neither --low-space nor --dry-run");
        }
        // Whether blocks can be shared is asked of the system, once the chain is known.
        HeadStart.begin();
        if (into == null) {
            facts.refuse("are for the new disk that --into names");
        }
        if (into != null) {
            copy(target, into);
        } else if (up) {
            pull(target);
        } else if (disk) {
            LooseDisk loose = new LooseDisk(planning.volume(), planning.search);
            merge(target, redo || one ? loose.commit(target, space()) : loose.consolidate(target, space()));
        } else {
            planning.run(global, new VmArgument(target), (planner, machine) -> planner.consolidate(space()));
        }
        return ExitCodes.DONE;
    }

    private LinkSpace space() {
        return lowSpace ? LinkSpace.GIVE_BACK : LinkSpace.KEEP;
    }

    private void pull(Path target) throws IOException {
        LooseDisk loose = new LooseDisk(planning.volume(), planning.search);
        Plan plan = loose.planPull(target);
        if (planning.dryRun) {
            PlanningOptions.rehearse(global, target, plan);
            return;
        }
        PlanReport report = PlanReport.of(plan, planning.volume(), Outcome.DONE);
        RightsWatch rights = RightsWatch.over(planning.volume(), plan);
        global.ifCancelled(target + " reads the same as before; run the command again to complete it");
        try (ProgressBar progress = global.progress()) {
            loose.pull(target, progress);
        }
        PlanningOptions.show(global, target, report);
        rights.tell(global);
    }

    private void merge(Path target, Plan plan) throws IOException {
        if (planning.dryRun) {
            PlanningOptions.rehearse(global, target, plan);
            return;
        }
        PlanReport report = PlanReport.of(plan, planning.volume(), Outcome.DONE);
        RightsWatch rights = RightsWatch.over(planning.volume(), plan);
        global.ifCancelled("'vmdisk recover' finishes or undoes what was begun");
        try (ProgressBar progress = global.progress()) {
            new PlanExecutor(planning.volume(), progress).execute(plan);
        }
        PlanningOptions.show(global, target, report);
        rights.tell(global);
    }

    private void copy(Path target, Path made) throws IOException {
        NewFile.requireFolder(made);
        global.ifCancelled(made + " was not made; its parts were removed");
        CreateSpec form;
        List<String> leftOut;
        try (VirtualDisk from =
                        VirtualDisk.open(target, OpenOptions.readOnly().withAccess(OpenOptions.Access.READ_STILL));
                ProgressBar progress = global.progress()) {
            Descriptor base = from.chain().base().descriptor();
            form = CreateSpec.of(formatOf(base), from.capacity());
            form = form.withFacts(facts.of(from.chain().descriptors(), DiskFacts.Identity.KEPT));
            form = facts.seeded(form, from, threads.count(), progress);
            leftOut = DiskFacts.leftOut(from.chain().descriptors());
            new DiskConverter(threads.count(), Volume.system(), progress).convert(from, made, form);
        }
        if (!global.quiet() || global.json()) {
            String operation = "consolidate " + target + " into " + made;
            PlannedWork work = PlannedWork.making(made, operation, form);
            global.show(
                    target,
                    new ConvertedDisk(made, form.format().word(), form.capacity(), leftOut, work, Outcome.DONE));
        }
    }

    /** That of the base; what can't be made anew becomes what the same product makes. */
    private static DiskFormat formatOf(Descriptor base) {
        return switch (base.createType()) {
            case MONOLITHIC_FLAT -> DiskFormat.MONOLITHIC_FLAT;
            case TWO_GB_SPARSE -> DiskFormat.TWO_GB_SPARSE;
            case TWO_GB_FLAT -> DiskFormat.TWO_GB_FLAT;
            case VMFS, VMFS_PREALLOCATED, VMFS_THICK, VMFS_THIN, VMFS_EAGER_ZEROED_THICK ->
                base.isThin() ? DiskFormat.VMFS_THIN : DiskFormat.VMFS;
            case VMFS_SPARSE, SE_SPARSE, VSAN_SPARSE, RAW_DEVICE_MAP, PASSTHROUGH_RAW_DEVICE_MAP, VMFS_RAW ->
                DiskFormat.VMFS_THIN;
            case MONOLITHIC_SPARSE, STREAM_OPTIMIZED, FULL_DEVICE, PARTITIONED_DEVICE, CUSTOM, UNKNOWN ->
                DiskFormat.MONOLITHIC_SPARSE;
        };
    }
}
