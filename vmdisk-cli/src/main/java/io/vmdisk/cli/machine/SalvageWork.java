package io.vmdisk.cli.machine;

import io.vmdisk.Progress;
import io.vmdisk.cli.answer.DiskChange;
import io.vmdisk.cli.answer.PlannedWork;
import io.vmdisk.cli.answer.SalvagedDisk;
import io.vmdisk.cli.answer.SalvagedMachine;
import io.vmdisk.cli.line.DiskArgument;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.LostOptions;
import io.vmdisk.cli.line.NewFile;
import io.vmdisk.cli.line.UsageException;
import io.vmdisk.cli.view.Outcome;
import io.vmdisk.cli.view.ProgressBar;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.repair.DiskSalvage;
import io.vmdisk.rescue.MachineSalvage;
import io.vmdisk.transfer.ConvertCost;
import io.vmdisk.transfer.Imported;
import io.vmdisk.vm.VmFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The form of {@code repair} that makes new disks of what can be read of damaged ones. */
final class SalvageWork {
    private static final DiskFormat FORMAT = DiskFormat.MONOLITHIC_SPARSE;

    @Option(
            names = "--salvage",
            paramLabel = "NEW",
            description =
                    "Make a new disk of all that can be read of a damaged one and its parents; of a VM a new folder"
                            + " with all its disks, and a map of what is lost beside each. What is lost is zeros.")
    private @Nullable Path made;

    @Mixin
    private final LostOptions lost = new LostOptions();

    boolean isWanted() {
        return made != null;
    }

    /** Refuses options that say how, without the one that says what. */
    void check() {
        String problem = made == null ? lost.problem() : null;
        if (problem != null) {
            throw new UsageException(problem);
        }
    }

    /** Saves one disk. */
    int disk(GlobalOptions global, DiskArgument target, OpenOptions options, Outcome wanted) throws IOException {
        Path into = Objects.requireNonNull(made);
        NewFile.requireFolder(into);
        lost.requireNewMap();
        if (wanted == Outcome.DRY_RUN) {
            rehearse(global, target, into, new DiskSalvage(target.path(), lost.over(options), Progress.NONE));
            return ExitCodes.DONE;
        }
        global.ifCancelled(into + " was not made");
        Imported saved;
        try (ProgressBar progress = global.progress()) {
            saved = new DiskSalvage(target.path(), lost.over(options), progress).into(into, FORMAT);
        }
        lost.write(saved.capacity(), saved.unreadable());
        SalvagedDisk answer = SalvagedDisk.of(into, saved, lost.words());
        global.show(target, answer);
        return answer.isWhole() ? ExitCodes.DONE : ExitCodes.NO;
    }

    private static void rehearse(GlobalOptions global, DiskArgument target, Path into, DiskSalvage salvage)
            throws IOException {
        Optional<ConvertCost> cost = salvage.rehearse(into, FORMAT);
        PlannedWork work = PlannedWork.making(into, "save what can be read as " + into);
        if (cost.isPresent()) {
            work = work.withCost(cost.get().bytes())
                    .withRoom(cost.get().room())
                    .withNotes(cost.get().notes());
        }
        global.show(target, new DiskChange(work, Outcome.DRY_RUN));
    }

    /** Saves all disks of a machine. */
    int machine(GlobalOptions global, DiskArgument target, OpenOptions options, Outcome wanted) throws IOException {
        if (String.valueOf(made).toLowerCase(Locale.ROOT).endsWith(".vmdk")) {
            throw new UsageException("all disks of a VM are saved: name a new folder, not " + made);
        }
        if (lost.map() != null) {
            throw new UsageException("--lost-map is only for a DISK: each disk of a VM gets a map beside it");
        }
        Path into = Objects.requireNonNull(made);
        VmFolder machine = VmFolder.read(target.path(), options.volume());
        NewFile.requireFolder(into);
        if (wanted == Outcome.DRY_RUN) {
            List<MachineSalvage.Disk> planned =
                    new MachineSalvage(machine, lost.over(options), Progress.NONE).plan(into);
            global.show(target, new SalvagedMachine(into, planned, lost.words(), Outcome.DRY_RUN));
            return ExitCodes.DONE;
        }
        global.ifCancelled("the disks that were saved before are in " + into);
        List<MachineSalvage.Disk> disks;
        try (ProgressBar progress = global.progress()) {
            disks = new MachineSalvage(machine, lost.over(options), progress).into(into, FORMAT);
        }
        for (MachineSalvage.Disk disk : disks) {
            Imported saved = disk.saved();
            if (saved != null) {
                LostOptions.write(SalvagedMachine.mapOf(disk), saved.capacity(), saved.unreadable());
            }
        }
        SalvagedMachine report = new SalvagedMachine(into, disks, lost.words(), Outcome.DONE);
        global.show(target, report);
        return report.isWhole() ? ExitCodes.DONE : ExitCodes.NO;
    }
}
