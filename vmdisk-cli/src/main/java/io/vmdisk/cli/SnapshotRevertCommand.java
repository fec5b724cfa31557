package io.vmdisk.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Returns to a snapshot. */
@Command(
        name = "revert",
        description = "Puts the state of a snapshot in place of the present one, which is lost.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk snapshot revert --dry-run web01 clean",
            "  vmdisk snapshot revert web01.vmx uid:2",
        })
final class SnapshotRevertCommand implements Callable<Integer> {
    @Mixin
    private final GlobalOptions global;

    @Mixin
    private Planning planning = new Planning();

    @Parameters(
            index = "0",
            paramLabel = "VM",
            converter = VmArgument.Converter.class,
            description = "A .vmx or .vmtx, or a folder with exactly one.")
    private VmArgument vm = new VmArgument(Path.of(""));

    @Parameters(index = "1", paramLabel = "SNAP", description = "A name, a uid, or a path of names: base/patched.")
    private String snapshot = "";

    SnapshotRevertCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        planning.run(
                global,
                vm,
                (planner, machine) -> planner.revert(machine.snapshots().select(snapshot)));
        return ExitCodes.DONE;
    }
}
