package io.vmdisk.cli.report;

import io.vmdisk.check.CheckOptions;
import io.vmdisk.check.CheckReport;
import io.vmdisk.check.DiskCheck;
import io.vmdisk.cli.answer.DiskInfo;
import io.vmdisk.cli.answer.LintReport;
import io.vmdisk.cli.answer.MachineInfo;
import io.vmdisk.cli.answer.PlannedWork;
import io.vmdisk.cli.line.DiskArgument;
import io.vmdisk.cli.vmx.MachineFacts;
import io.vmdisk.disk.LinkSpace;
import io.vmdisk.machine.model.VmDisk;
import io.vmdisk.plan.Plan;
import io.vmdisk.rescue.MachineCheck;
import io.vmdisk.snapshot.LooseDisk;
import io.vmdisk.snapshot.SnapshotPlanner;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.snapshot.vmsd.SnapshotDisk;
import io.vmdisk.vm.VirtualMachine;
import io.vmdisk.vm.VmFolder;
import io.vmdisk.vmx.FileReference;
import io.vmdisk.vmx.lint.LintOptions;
import io.vmdisk.vmx.lint.VmxLint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Asks the library what a page tells; each question may fail without the others. */
final class Survey {
    private static final String HERE = "the machine is here";

    private final Look look;

    Survey(Look look) {
        this.look = look;
    }

    /** A disk without its machine. */
    ReportFacts ofDisk(DiskArgument disk) throws IOException {
        // Only that a disk is there at all is a condition for a page about it.
        DiskInfo info = DiskInfo.of(disk, look.opening());
        ChainTree tree = new ChainTree();
        tree.add(disk.path(), new Answer<>(Optional.of(info), ""), "").markPresent();
        DiskFacts facts = new DiskFacts(
                String.valueOf(disk.path().getFileName()), disk, new Answer<>(Optional.of(info), ""), tree);
        SpaceSurvey space = new SpaceSurvey(look);
        space.disk(facts);
        List<Cost> costs = new ArrayList<>();
        if (info.links().size() > 1) {
            costs.add(cost(
                    "vmdisk consolidate " + disk.path().getFileName(),
                    () -> new LooseDisk(look.volume(), look.search()).consolidate(disk.path(), LinkSpace.KEEP)));
        }
        Answer<CheckReport> check = disk.isRaw()
                ? new Answer<>(Optional.empty(), "a raw image has nothing in it that could be checked")
                : Answer.of(() -> DiskCheck.run(
                        disk.path(), look.checking().withScope(CheckOptions.Scope.CHAIN), look.progress()));
        return new ReportFacts(
                disk.path(),
                look.now(),
                Optional.empty(),
                List.of(facts),
                check,
                Optional.empty(),
                space.found(),
                costs);
    }

    /** A machine. */
    ReportFacts ofMachine(Path target) throws IOException {
        VmFolder folder = VmFolder.read(target, look.search(), look.volume());
        MachineInfo machine = MachineInfo.of(folder, look.now());
        Opened opened = new Opened(folder);
        SpaceSurvey space = new SpaceSurvey(look);
        List<DiskFacts> disks = new ArrayList<>();
        for (VmDisk disk : machine.vm().disks()) {
            DiskFacts facts = disk(machine, disk);
            disks.add(facts);
            space.disk(facts);
        }
        space.machine(machine);
        Answer<CheckReport> check =
                Answer.of(() -> MachineCheck.run(opened.machine(), look.checking(), look.now(), look.progress()));
        return new ReportFacts(
                target,
                look.now(),
                Optional.of(machine),
                disks,
                check,
                Optional.of(Answer.of(() -> lint(folder))),
                space.found(),
                costs(target, opened));
    }

    private DiskFacts disk(MachineInfo machine, VmDisk disk) throws IOException {
        String node = disk.device().node().toString();
        Path path = disk.path().orElseGet(() -> machine.vm().folder().resolve(node));
        DiskArgument argument = DiskArgument.of(path);
        Answer<DiskInfo> info = Answer.of(() -> DiskInfo.of(argument, look.opening()));
        ChainTree tree = new ChainTree();
        tree.add(path, info, HERE).markPresent();
        for (Snapshot snapshot : machine.vm().snapshots().snapshots()) {
            Optional<Path> frozen = frozen(machine.vm(), snapshot, node);
            if (frozen.isPresent()) {
                DiskArgument state = DiskArgument.of(frozen.get());
                tree.add(
                        frozen.get(),
                        Answer.of(() -> DiskInfo.of(state, look.opening())),
                        "snapshot \"" + snapshot.name() + "\"");
            }
        }
        return new DiskFacts(node + ": " + disk.device().file().text(), argument, info, tree);
    }

    /** Where the disk of a snapshot lies. */
    static Optional<Path> frozen(VmFolder vm, Snapshot snapshot, String node) {
        return snapshot.disk(node)
                .map(SnapshotDisk::fileName)
                .flatMap(name -> FileReference.of(name).resolve(vm.folder()));
    }

    private LintReport lint(VmFolder folder) {
        Path file = folder.configuration().file().orElseThrow();
        MachineFacts facts = new MachineFacts(look.volume(), file, look.now());
        return new LintReport(file, VmxLint.run(folder.configuration(), facts, LintOptions.DEFAULT));
    }

    private List<Cost> costs(Path target, Opened opened) throws IOException {
        String name = String.valueOf(target.getFileName());
        List<Cost> costs = new ArrayList<>();
        costs.add(cost("vmdisk consolidate " + name, () -> opened.planner().consolidate(LinkSpace.KEEP)));
        if (!opened.folder.snapshots().isEmpty()) {
            costs.add(cost(
                    "vmdisk snapshot delete-all " + name, () -> opened.planner().deleteAll(LinkSpace.KEEP)));
        }
        return costs;
    }

    /** A machine as one, looked at for the first question that needs it, and again if that failed. */
    private final class Opened {
        private final VmFolder folder;
        private @Nullable VirtualMachine machine;

        Opened(VmFolder folder) {
            this.folder = folder;
        }

        VirtualMachine machine() throws IOException {
            VirtualMachine known = machine;
            if (known == null) {
                known = VirtualMachine.of(folder, look.search());
                machine = known;
            }
            return known;
        }

        SnapshotPlanner planner() throws IOException {
            return new SnapshotPlanner(machine(), look.now(), Set.of());
        }
    }

    private Cost cost(String command, Answer.Question<Plan> plan) throws IOException {
        return new Cost(command, Answer.of(() -> PlannedWork.of(plan.ask(), look.volume())));
    }
}
