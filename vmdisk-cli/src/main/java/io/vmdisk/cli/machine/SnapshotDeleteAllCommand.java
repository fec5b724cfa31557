package io.vmdisk.cli.machine;

import io.vmdisk.cli.line.Confirmation;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.VmArgument;
import io.vmdisk.disk.LinkSpace;
import io.vmdisk.storage.HeadStart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Removes all snapshots. */
@Command(
        name = "delete-all",
        description = "Removes all snapshots; the present state stays as it is.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk snapshot delete-all --dry-run web01",
            "  vmdisk snapshot delete-all web01.vmx --low-space",
        })
public final class SnapshotDeleteAllCommand implements Callable<Integer> {
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

    @Option(
            names = "--low-space",
            description = "Give space of merged links back to the file system as it goes, to rescue a full one.")
    private boolean lowSpace;

    public SnapshotDeleteAllCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        // Whether blocks can be shared is asked of the system, once the machine has been read.
        HeadStart.begin();
        LinkSpace space = lowSpace ? LinkSpace.GIVE_BACK : LinkSpace.KEEP;
        planning.run(
                global,
                vm,
                (planner, machine) -> planner.deleteAll(space),
                plan -> confirmation.ask(global, "All snapshots of the machine go, and no way back to them stays"));
        return ExitCodes.DONE;
    }
}
