package io.vmdisk.cli.machine;

import io.vmdisk.cli.answer.SnapshotListing;
import io.vmdisk.cli.line.DatastoreOptions;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.ManyTargets;
import io.vmdisk.cli.line.VmArgument;
import io.vmdisk.vm.VmFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows the snapshots of a machine. */
@Command(
        name = "list",
        description = "Shows the snapshots of a machine as a tree.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk snapshot list web01.vmx",
            "  vmdisk snapshot list --json web01",
            "  vmdisk snapshot list --json --each /vms",
        })
public final class SnapshotListCommand implements Callable<Integer> {
    @Mixin
    private final GlobalOptions global;

    @Mixin
    private ManyTargets many = new ManyTargets();

    @Parameters(
            arity = "0..*",
            paramLabel = "VM",
            converter = VmArgument.Converter.class,
            description = "A .vmx or .vmtx, or a folder with exactly one.")
    private List<VmArgument> vms = List.of();

    @Mixin
    private DatastoreOptions datastores = new DatastoreOptions();

    public SnapshotListCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        many.require(vms);
        List<Path> paths = vms.stream().map(VmArgument::path).toList();
        return many.areMany(vms) ? many.run(global, ExitCodes.GENERAL, paths, this::list) : list(paths.get(0));
    }

    private int list(Path machine) throws IOException {
        global.show(machine, SnapshotListing.of(VmFolder.snapshotsOf(machine, datastores.volume())));
        return ExitCodes.DONE;
    }
}
