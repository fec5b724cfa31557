package io.vmdisk.cli.machine;

import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.check.CheckOptions;
import io.vmdisk.check.CheckReport;
import io.vmdisk.check.DiskCheck;
import io.vmdisk.cli.answer.CheckResult;
import io.vmdisk.cli.disk.PartOptions;
import io.vmdisk.cli.line.DatastoreOptions;
import io.vmdisk.cli.line.DiskArgument;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.ManyTargets;
import io.vmdisk.cli.line.OpeningOptions;
import io.vmdisk.cli.line.OperandForms;
import io.vmdisk.cli.line.OperandKind;
import io.vmdisk.cli.line.ThreadOptions;
import io.vmdisk.cli.line.UsageException;
import io.vmdisk.cli.view.ProgressBar;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.rescue.MachineCheck;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells what is wrong with a disk and its chain, or with a machine. */
@Command(
        name = "check",
        description =
                "Tells what is wrong with a disk and its chain, or with a VM: all its disks, snapshots and files;"
                        + " changes nothing. Exit code 0 clean, 1 could not check, 2 corrupt, 3 leaks only; with --json the code of a failure says whether a file was missing (io.no-such-file) or could not be read.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk check web01.vmdk",
            "  vmdisk check --chain --data web01-000002.vmdk",
            "  vmdisk check --chain --data --shard 3/64 web01-000002.vmdk",
            "  vmdisk check /vms/web01",
            "  vmdisk check --json --each /vms",
            "  vmdisk check --json web01.vmx | jq '.findings[].id'",
        })
public final class CheckCommand implements Callable<Integer> {
    @Mixin
    private final GlobalOptions global;

    @Mixin
    private ThreadOptions threads = new ThreadOptions();

    @Mixin
    private ManyTargets many = new ManyTargets();

    @Parameters(
            arity = "0..*",
            paramLabel = "DISK|VM",
            converter = DiskArgument.Converter.class,
            description = "A descriptor, or a monolithic or extent .vmdk; a .vmx, .vmtx or the folder of a VM.")
    private List<DiskArgument> targets = List.of();

    @Option(names = "--data", description = "Read everything that is stored; inflate every compressed grain.")
    private boolean data;

    @ArgGroup(validate = false, heading = OperandForms.DISK, order = 10)
    private DiskForm ofDisk = new DiskForm();

    @ArgGroup(validate = false, heading = OperandForms.MACHINE, order = 20)
    private MachineForm ofMachine = new MachineForm();

    /** What only a disk is asked. */
    static final class DiskForm {
        @ArgGroup(validate = false)
        PartOptions part = new PartOptions();

        @Option(names = "--chain", description = "Look into the files of every link, not only into the disk's own.")
        boolean chain;

        @ArgGroup(validate = false)
        OpeningOptions opening = new OpeningOptions();
    }

    /** What only a machine is asked. */
    static final class MachineForm {
        @Option(
                names = "--search",
                paramLabel = "DIR",
                description = "Look here too for parts of the machine, and for machines that share its disks.")
        List<Path> search = List.of();
    }

    @Mixin
    private DatastoreOptions datastores = new DatastoreOptions();

    public CheckCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        many.require(targets);
        return many.areMany(targets)
                ? many.run(global, ExitCodes.CHECK, DiskArgument.files(targets), this::checkFile)
                : check(targets.get(0));
    }

    private int checkFile(Path file) throws IOException {
        return check(DiskArgument.of(file));
    }

    private int check(DiskArgument target) throws IOException {
        if (target.isRaw()) {
            throw new UnsupportedFeatureException(
                    "raw-check", target.path(), "a raw image has nothing in it that could be checked");
        }
        OperandKind subject = OperandKind.of(target, Volume.system());
        OperandForms.refuseOther(global, subject);
        ofDisk.part.check();
        if (ofDisk.part.isGiven() && !data) {
            throw new UsageException("tables are checked whole: --range and --shard say how much --data reads");
        }
        CheckOptions chosen = subject == OperandKind.MACHINE ? ofMachine() : ofDisk(target);
        CheckReport report;
        try (ProgressBar progress = global.progress()) {
            report = subject == OperandKind.MACHINE
                    ? MachineCheck.run(target.path(), ofMachine.search, chosen, Instant.now(), progress)
                    : DiskCheck.run(target.path(), chosen, progress);
        }
        if (!global.quiet() || global.json()) {
            global.show(target, new CheckResult(report, ofDisk.part.isGiven() ? chosen.part() : null));
        }
        return report.verdict().exitCode();
    }

    private CheckOptions ofDisk(DiskArgument target) throws IOException {
        CheckOptions whole = options()
                .withOpening(ofDisk.opening.forReading())
                .withScope(ofDisk.chain ? CheckOptions.Scope.CHAIN : CheckOptions.Scope.DISK);
        if (!ofDisk.part.isGiven()) {
            return whole;
        }
        try (VirtualDisk disk = target.open(ofDisk.opening.forReading())) {
            return whole.withPart(ofDisk.part.of(disk));
        }
    }

    private CheckOptions ofMachine() {
        return options().withOpening(OpenOptions.readOnly().withVolume(datastores.volume()));
    }

    private CheckOptions options() {
        return CheckOptions.standard()
                .withThreads(threads.count())
                .withContent(data ? CheckOptions.Content.DATA : CheckOptions.Content.METADATA);
    }
}
