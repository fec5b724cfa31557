package io.vmdisk.cli.report;

import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.check.CheckOptions;
import io.vmdisk.cli.line.DatastoreOptions;
import io.vmdisk.cli.line.DiskArgument;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.NewFile;
import io.vmdisk.cli.line.OperandKind;
import io.vmdisk.cli.line.ThreadOptions;
import io.vmdisk.cli.view.ProgressBar;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes all that there is to know of a disk or a machine as one page. */
@Command(
        name = "report",
        description =
                "Writes one page of HTML for people: what a disk or a VM is made of, its chain drawn as a tree, where its"
                        + " bytes lie, snapshots with sizes and ages, what is wrong and what mends it, space that could be given back,"
                        + " and what a consolidation would cost. The page loads nothing from elsewhere. Nothing but the page is written.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk report web01 -o web01.html",
            "  vmdisk report web01-000002.vmdk -o disk.html",
            "  vmdisk report --data web01.vmx -o web01.html",
        })
public final class ReportCommand implements Callable<Integer> {
    @Mixin
    private final GlobalOptions global;

    @Mixin
    private ThreadOptions threads = new ThreadOptions();

    @Parameters(
            paramLabel = "VM|DISK",
            converter = DiskArgument.Converter.class,
            description =
                    "A .vmx, .vmtx or the folder of a VM; a descriptor, a monolithic or extent .vmdk, or raw:PATH.")
    private DiskArgument target;

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "FILE",
            converter = NewFile.Name.class,
            description = "The page; a file that exists is not replaced.")
    private Path page = Path.of("");

    @Option(
            names = "--data",
            description = "Read everything that is stored, as 'check --data' does, and count zeros that are stored.")
    private boolean data;

    @Option(
            names = "--search",
            paramLabel = "DIR",
            description = "Look here too for parts of a machine, and for what shares or depends on its disks.")
    private List<Path> search = List.of();

    @Mixin
    private DatastoreOptions datastores = new DatastoreOptions();

    public ReportCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        NewFile.refuseTaken(page);
        NewFile.requireFolder(page);
        global.ifCancelled(page + " was not made");
        ReportFacts facts;
        try (ProgressBar progress = global.progress()) {
            Look look = new Look(
                    datastores.volume(),
                    search,
                    data ? CheckOptions.Content.DATA : CheckOptions.Content.METADATA,
                    threads.count(),
                    Instant.now(),
                    progress);
            facts = facts(look);
            NewFile.publish(page, new Page(facts, look)::write);
        }
        global.show(target, new Reported(page, facts));
        return ExitCodes.DONE;
    }

    private ReportFacts facts(Look look) throws IOException {
        return switch (OperandKind.of(target, look.volume())) {
            case MACHINE -> new Survey(look).ofMachine(target.path());
            case DISK -> new Survey(look).ofDisk(target);
            case CHECKPOINT, MEMORY ->
                throw new UnsupportedFeatureException(
                        "report-checkpoint",
                        target.path(),
                        "a checkpoint is part of its machine",
                        "name the machine; 'vmdisk info' tells of the checkpoint alone");
        };
    }
}
