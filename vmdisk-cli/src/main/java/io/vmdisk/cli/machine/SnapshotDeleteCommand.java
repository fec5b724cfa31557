package io.vmdisk.cli.machine;

import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.VmArgument;
import io.vmdisk.disk.LinkSpace;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.storage.HeadStart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Removes a snapshot. */
@Command(
        name = "delete",
        description = "Removes a snapshot; what its disks hold goes to the states built on it.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk snapshot delete --dry-run web01 patched",
            "  vmdisk snapshot delete web01.vmx base/patched --children",
            "  vmdisk snapshot delete web01 uid:2 --low-space",
        })
public final class SnapshotDeleteCommand implements Callable<Integer> {
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

    @Parameters(index = "1", paramLabel = "SNAP", description = "A name, a uid, or a path of names: base/patched.")
    private String snapshot = "";

    @Option(names = "--children", description = "Remove the snapshots that descend from it, too.")
    private boolean children;

    @Option(
            names = "--low-space",
            description = "Give space of merged links back to the file system as it goes, to rescue a full one.")
    private boolean lowSpace;

    public SnapshotDeleteCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        // Whether blocks can be shared is asked of the system, once the machine has been read.
        HeadStart.begin();
        LinkSpace space = lowSpace ? LinkSpace.GIVE_BACK : LinkSpace.KEEP;
        planning.run(global, vm, (planner, machine) -> {
            Snapshot found = machine.snapshots().select(snapshot);
            return children ? planner.deleteWithChildren(found, space) : planner.delete(found, space);
        });
        return ExitCodes.DONE;
    }
}
