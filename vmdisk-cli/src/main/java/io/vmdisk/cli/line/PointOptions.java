package io.vmdisk.cli.line;

import io.vmdisk.vm.PointInTime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which disk of a VM is meant, and of what time. */
public final class PointOptions {
    @Mixin
    private DatastoreOptions datastores = new DatastoreOptions();

    @Option(
            names = "--snapshot",
            paramLabel = "SNAP",
            description = "The argument is a VM, and its disk as this snapshot froze it is meant.")
    private @Nullable String snapshot;

    @Option(
            names = "--disk",
            paramLabel = "NODE",
            description = "Of a VM with several disks, the one at this place: scsi0:0.")
    private @Nullable String node;

    /** The disk that an argument means: itself, or that of a machine. */
    public DiskArgument of(DiskArgument argument) throws IOException {
        return at(argument, Optional.ofNullable(snapshot));
    }

    /** A machine's disk at a time; a disk is itself. */
    public DiskArgument at(DiskArgument argument, Optional<String> point) throws IOException {
        boolean machine = Subject.of(argument, datastores.volume()) == Subject.MACHINE;
        if (!machine && point.isEmpty() && node == null) {
            return argument;
        }
        PointInTime disks = PointInTime.of(argument.path(), point, datastores.volume());
        Path disk = disks.disk(Optional.ofNullable(node));
        return new DiskArgument(disk, DiskArgument.Kind.VMDK, disk.toString());
    }
}
