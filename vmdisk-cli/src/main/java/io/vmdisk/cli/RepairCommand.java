package io.vmdisk.cli;

import io.vmdisk.ByteRange;
import io.vmdisk.check.ChainRepair;
import io.vmdisk.check.CheckOptions;
import io.vmdisk.check.CheckReport;
import io.vmdisk.check.Clues;
import io.vmdisk.check.DescriptorRepair;
import io.vmdisk.check.DiskCheck;
import io.vmdisk.check.LeakRepair;
import io.vmdisk.check.Repair;
import io.vmdisk.check.StreamSalvage;
import io.vmdisk.check.TableRepair;
import io.vmdisk.check.Verdict;
import io.vmdisk.cli.view.ProgressBar;
import io.vmdisk.descriptor.AdapterType;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.storage.Volume;
import io.vmdisk.transfer.Imported;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Repairs what it is told to repair, and says what it would do first. */
@Command(
        name = "repair",
        description = {
            "Repairs one thing of a disk; what is overwritten is kept as FILE.orig.",
            "Without an option it tells what could be repaired."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk repair web01.vmdk",
            "  vmdisk repair web01-000002.vmdk --cid --dry-run",
            "  vmdisk repair web01-000001.vmdk --parent ../moved/web01.vmdk",
            "  vmdisk repair web01.vmdk --descriptor --adapter pvscsi",
            "  vmdisk repair cut.vmdk --salvage saved.vmdk",
        })
final class RepairCommand implements Callable<Integer> {
    @Mixin
    private final GlobalOptions global;

    @Spec
    private CommandSpec spec;

    @Option(names = "--cid", description = "Make each child remember its parent's content ID, after proof.")
    private boolean cid;

    @Option(
            names = "--parent",
            paramLabel = "PATH",
            description = "Make the disk remember this parent: it was renamed or moved. With --descriptor the disk on"
                    + " which a delta stands, which its own file does not tell.")
    private @Nullable Path parent;

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
            names = "--salvage",
            paramLabel = "NEW",
            description = "Make a new disk of all whole grains of a cut stream-optimised file.")
    private @Nullable Path salvage;

    @Option(names = "--dry-run", description = "Say what would be done, after all checks; nothing is changed.")
    private boolean rehearsal;

    @Option(
            names = "--force",
            paramLabel = "DANGER",
            description = "Go on in spite of a danger that an error named: cid (nothing proves that a parent's content"
                    + " is the right one).")
    private List<Danger> agreed = new ArrayList<>();

    @Option(
            names = "--adapter",
            paramLabel = "ADAPTER",
            converter = NewDiskOptions.AdapterConverter.class,
            description = "With --descriptor: the controller that the machine's configuration names.")
    private AdapterType adapter = AdapterType.LSILOGIC;

    @Parameters(index = "0", paramLabel = "DISK", description = "The disk; with --descriptor its name may be missing.")
    private Path disk = Path.of("");

    /** What may be agreed to. */
    enum Danger {
        /** A parent whose content nothing proves. */
        CID;

        @Override
        public String toString() {
            return "cid";
        }
    }

    RepairCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        refuseSeveral();
        if (salvage != null) {
            return salvage(salvage);
        }
        ChainRepair.Trust trust = agreed.contains(Danger.CID) ? ChainRepair.Trust.USER : ChainRepair.Trust.PROOF;
        OpenOptions options = OpenOptions.readOnly();
        if (descriptor) {
            return run("repair the descriptor", DescriptorRepair.of(disk, clues(), options));
        }
        if (cid) {
            return run("relink the chain", ChainRepair.relink(disk, options, trust));
        }
        if (parent != null) {
            return run("correct the parent", ChainRepair.parent(disk, parent, options, trust));
        }
        if (leaks) {
            return run("give leaked space back", LeakRepair.of(disk, options));
        }
        return tables ? run("repair the tables", TableRepair.of(disk, options)) : advise();
    }

    /** Each repair is planned on what the files say; what another one changes it would not know. */
    private void refuseSeveral() {
        long asked = Stream.of(cid, descriptor, tables, leaks, salvage != null, parent != null && !descriptor)
                .filter(wanted -> wanted)
                .count();
        if (asked > 1) {
            throw new ParameterException(spec.commandLine(), "one repair at a time: run the command once for each");
        }
    }

    private Clues clues() {
        Clues clues = Clues.usual().withAdapter(adapter);
        return parent == null ? clues : clues.withParent(parent);
    }

    private int run(String operation, Repair repair) throws IOException {
        DiskChange.Outcome outcome = rehearsal ? DiskChange.Outcome.DRY_RUN : DiskChange.Outcome.DONE;
        if (repair.isEmpty()) {
            show(operation + ": nothing to do", List.of(), List.of(), DiskChange.Outcome.DONE);
            return ExitCodes.DONE;
        }
        if (!rehearsal) {
            try (ProgressBar progress = global.progress()) {
                repair.execute(progress);
            }
        }
        show(operation, repair.describe(), repair.notes(), outcome);
        return ExitCodes.DONE;
    }

    private void show(String operation, List<String> steps, List<String> notes, DiskChange.Outcome outcome)
            throws IOException {
        global.show(new DiskChange(disk.toString(), operation, steps, notes, 0, outcome));
    }

    private int salvage(Path target) throws IOException {
        String operation = "save what can be read as " + target;
        if (rehearsal) {
            show(operation, List.of("create " + target), List.of(), DiskChange.Outcome.DRY_RUN);
            return ExitCodes.DONE;
        }
        global.ifCancelled(target + " was not made");
        Imported saved;
        try (ProgressBar progress = global.progress()) {
            saved = StreamSalvage.run(disk, target, DiskFormat.MONOLITHIC_SPARSE, Volume.system(), progress);
        }
        List<String> notes = new ArrayList<>();
        for (ByteRange lost : saved.unreadable()) {
            notes.add("lost, reads as zeros: " + lost.length() + " bytes at " + lost.start());
        }
        show(operation, List.of("create " + target), notes, DiskChange.Outcome.DONE);
        return saved.unreadable().isEmpty() ? ExitCodes.DONE : ExitCodes.NO;
    }

    private int advise() throws IOException {
        CheckReport report;
        try (ProgressBar progress = global.progress()) {
            report = DiskCheck.run(disk, CheckOptions.standard().withScope(CheckOptions.Scope.CHAIN), progress);
        }
        global.show(new CheckResult(report));
        return report.verdict() == Verdict.CLEAN ? ExitCodes.DONE : ExitCodes.NO;
    }
}
