package io.vmdisk.cli.machine;

import io.vmdisk.cli.answer.CheckpointInfo;
import io.vmdisk.cli.answer.DiskInfo;
import io.vmdisk.cli.answer.GuestContent;
import io.vmdisk.cli.answer.MachineInfo;
import io.vmdisk.cli.answer.SharedSpace;
import io.vmdisk.cli.line.DatastoreOptions;
import io.vmdisk.cli.line.DiskArgument;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.ManyTargets;
import io.vmdisk.cli.line.OpeningOptions;
import io.vmdisk.cli.line.OperandKind;
import io.vmdisk.cli.line.RawLook;
import io.vmdisk.cli.line.UsageException;
import io.vmdisk.cli.view.ProgressBar;
import io.vmdisk.cli.view.Result;
import io.vmdisk.disk.OpenOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what a disk, a machine or a checkpoint is made of, also where it is broken. */
@Command(
        name = "info",
        description = "Shows what a disk is made of: format, sizes, chain, extents and health; or what a VM is made of:"
                + " state, disks, snapshots, network cards and files; or what a suspend or snapshot file holds.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk info web01-000002.vmdk",
            "  vmdisk info --json web01.vmdk",
            "  vmdisk info --guest web01-000002.vmdk",
            "  vmdisk info --shared web01-000002.vmdk",
            "  vmdisk info raw:web01-flat.vmdk",
            "  vmdisk info web01/web01.vmx",
            "  vmdisk info --json --each /vms",
            "  vmdisk info web01/web01-Snapshot2.vmsn",
        })
public final class InfoCommand implements Callable<Integer> {
    @Mixin
    private final GlobalOptions global;

    @Mixin
    private OpeningOptions opening = new OpeningOptions();

    @Mixin
    private ManyTargets many = new ManyTargets();

    @Parameters(
            arity = "0..*",
            paramLabel = "DISK|VM",
            converter = DiskArgument.Converter.class,
            description =
                    "A descriptor, a monolithic or extent .vmdk, or raw:PATH; a .vmx, .vmtx or the folder of a VM;"
                            + " a .vmsn or .vmss.")
    private List<DiskArgument> targets = List.of();

    @Option(
            names = "--guest",
            description =
                    "Show of a disk what its guest has on it too: partitions, file systems, labels, UUIDs, what is"
                            + " used and free, and which operating system that looks like.")
    private boolean guest;

    @Option(
            names = "--shared",
            description =
                    "Show of a disk how much of what its files take on disk they share with other files, as clones on XFS"
                            + " or Btrfs do: deleting it would not give that back.")
    private boolean shared;

    @Option(
            names = "--search",
            paramLabel = "DIR",
            description = "Of a VM: look here too for files that it names by places which are not here.")
    private List<Path> search = List.of();

    @Mixin
    private DatastoreOptions datastores = new DatastoreOptions();

    public InfoCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        many.require(targets);
        if (many.areMany(targets)) {
            return many.run(global, ExitCodes.GENERAL, DiskArgument.files(targets), file -> {
                global.show(file, found(DiskArgument.of(file)));
                return ExitCodes.DONE;
            });
        }
        global.show(targets.get(0), found(targets.get(0)));
        return ExitCodes.DONE;
    }

    private Result found(DiskArgument target) throws IOException {
        RawLook.tell(global, target);
        OpenOptions options = opening.forReading();
        OperandKind subject = OperandKind.of(target, options.volume());
        if (guest && subject != OperandKind.DISK) {
            throw new UsageException("--guest looks into one disk: name a disk of the VM");
        }
        if (shared && subject != OperandKind.DISK) {
            throw new UsageException("--shared is about one disk: name a disk of the VM");
        }
        return switch (subject) {
            case MACHINE -> MachineInfo.of(target.path(), search, datastores.volume());
            case CHECKPOINT -> CheckpointInfo.of(target.path());
            case DISK, MEMORY -> disk(target, options);
        };
    }

    private DiskInfo disk(DiskArgument target, OpenOptions options) throws IOException {
        DiskInfo info = DiskInfo.of(target, options);
        if (shared) {
            info = info.with(SharedSpace.of(target, options));
        }
        if (guest) {
            try (ProgressBar progress = global.progress()) {
                info = info.with(GuestContent.of(target, options, progress));
            }
        }
        return info;
    }
}
