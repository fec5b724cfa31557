package io.vmdisk.cli.line;

import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.snapshot.DiskPoint;
import io.vmdisk.storage.Volume;
import io.vmdisk.vm.VmFolder;
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

    /** The snapshot that was named. */
    public Optional<String> snapshot() {
        return Optional.ofNullable(snapshot);
    }

    /** The place that was named. */
    public Optional<String> node() {
        return Optional.ofNullable(node);
    }

    /** The files, with the names that the user mapped. */
    public Volume volume() {
        return datastores.volume();
    }

    /** Opens the disk that an argument means: itself, or that of a machine. */
    public VirtualDisk open(DiskArgument argument, OpenOptions options) throws IOException {
        return openAt(argument, snapshot(), options);
    }

    /** Opens a machine's disk as it was at a time; a disk is itself, whose parents may lie where the user says. */
    public VirtualDisk openAt(DiskArgument argument, Optional<String> time, OpenOptions options) throws IOException {
        OpenOptions mapped = options.withVolume(volume());
        boolean machine = OperandKind.of(argument, volume()) == OperandKind.MACHINE;
        if (!machine && time.isEmpty() && node == null) {
            return argument.open(mapped);
        }
        Path disk = DiskPoint.only(VmFolder.read(argument.path(), volume()), time, node())
                .file();
        return DiskArgument.of(disk).open(mapped);
    }
}
