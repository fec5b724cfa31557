package io.vmdisk.cli.machine;

import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.FormatConverter;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.VmArgument;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.machine.model.SnapshotRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes a snapshot of a machine. */
@Command(
        name = "create",
        description =
                "Takes a snapshot of a machine that is off: its disks freeze, and it goes on in empty links on top.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk snapshot create web01 'before the upgrade'",
            "  vmdisk snapshot create --dry-run web01.vmx clean --description 'fresh install'",
            "  vmdisk snapshot create web01 live --memory",
        })
public final class SnapshotCreateCommand implements Callable<Integer> {
    @Mixin
    private final GlobalOptions global;

    @Mixin
    private PlanningOptions planning = new PlanningOptions();

    @Parameters(
            index = "0",
            paramLabel = "VM",
            converter = VmArgument.Converter.class,
            description = "A .vmx or .vmtx, or a folder with exactly one.")
    private VmArgument vm = new VmArgument(Path.of(""));

    @Parameters(index = "1", paramLabel = "NAME", description = "What the snapshot will be called.")
    private String name = "";

    @Option(names = "--description", paramLabel = "TEXT", description = "What it is for.")
    private String description = "";

    @Option(names = "--memory", description = "Take the memory that a suspended machine saved, too.")
    private boolean memory;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            converter = FormatConverter.class,
            description = "The format of the new links: delta or seSparse on ESXi, sparse or 2gbsparse elsewhere.")
    private @Nullable DiskFormat format;

    public SnapshotCreateCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        planning.run(
                global,
                vm,
                (planner, machine) -> planner.create(request()),
                (report, machine) -> report.withSnapshot(machine.snapshots().nextUid()));
        return ExitCodes.DONE;
    }

    private SnapshotRequest request() {
        SnapshotRequest request = SnapshotRequest.of(name, Instant.now()).withDescription(description);
        request = memory ? request.withMemory() : request;
        return format == null ? request : request.withDelta(format);
    }
}
