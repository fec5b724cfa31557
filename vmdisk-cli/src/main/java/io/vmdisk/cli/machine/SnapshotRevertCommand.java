package io.vmdisk.cli.machine;

import io.vmdisk.cli.line.Confirmation;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.FormatConverter;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.VmArgument;
import io.vmdisk.disk.DiskFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Returns to a snapshot. */
@Command(
        name = "revert",
        description =
                "Puts the state of a snapshot in place of the present one, which is lost: asks first on a terminal.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk snapshot revert --dry-run web01 clean",
            "  vmdisk snapshot revert web01.vmx uid:2",
            "  vmdisk snapshot revert web01.vmx clean --format seSparse",
        })
public final class SnapshotRevertCommand implements Callable<Integer> {
    @Mixin
    private final GlobalOptions global;

    @Mixin
    private PlanningOptions planning = new PlanningOptions();

    @Mixin
    private Confirmation confirmation = new Confirmation();

    @Parameters(
            index = "0",
            paramLabel = "VM",
            converter = VmArgument.Converter.class,
            description = "A .vmx or .vmtx, or a folder with exactly one.")
    private VmArgument vm = new VmArgument(Path.of(""));

    @Parameters(index = "1", paramLabel = "SNAP", description = "A name, a uid, or a path of names: base/patched.")
    private String snapshot = "";

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            converter = FormatConverter.class,
            description = "The format of the new links, if there are none yet: delta or seSparse on ESXi, sparse or"
                    + " 2gbsparse elsewhere.")
    private @Nullable DiskFormat format;

    public SnapshotRevertCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        planning.run(
                global,
                vm,
                (planner, machine) -> planner.revert(machine.snapshots().select(snapshot), Optional.ofNullable(format)),
                plan -> confirmation.ask(
                        global, "What the machine has written since its last snapshot is lost for good"));
        return ExitCodes.DONE;
    }
}
