package io.vmdisk.snapshot;

import com.google.common.base.Ascii;
import io.vmdisk.LimitExceededException;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.descriptor.CreateType;
import io.vmdisk.descriptor.DiskNames;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.plan.Preparation;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.snapshot.vmsd.SnapshotDisk;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.vm.DiskNode;
import io.vmdisk.vm.VirtualMachine;
import io.vmdisk.vmx.FileReference;
import io.vmdisk.vmx.VmxDisk;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Names, places and formats of the empty links that a machine goes on writing to. Each name is the smallest free number
 * after the disk's stem, so numbers carry no order. For one plan.
 */
final class NewDeltas {
    private static final Pattern NUMBER = Pattern.compile("-[0-9]{6}$");
    /** Positions in a COWD file have 32 bits of sectors. */
    private static final long MAX_COWD_BYTES = 2L << 40;

    private final VirtualMachine machine;
    private final VmxFile vmx;
    private final Optional<DiskFormat> choice;
    /** Folded names that are given away or that some list or hint speaks of, whether there is a file or not. */
    private final Set<String> reserved = new HashSet<>();

    NewDeltas(VirtualMachine machine, Optional<DiskFormat> choice) {
        this.machine = machine;
        this.vmx = machine.configuration();
        this.choice = choice;
        vmx.devices().disks().stream().map(VmxDisk::file).forEach(this::reserve);
        for (Snapshot snapshot : machine.snapshots().snapshots()) {
            for (SnapshotDisk disk : snapshot.disks()) {
                reserve(FileReference.of(disk.fileName()));
            }
        }
        for (DiskNode disk : machine.disks().all()) {
            disk.link().descriptor().parentHint().map(FileReference::of).ifPresent(this::reserve);
        }
    }

    private void reserve(FileReference name) {
        reserved.add(Ascii.toLowerCase(name.baseName()));
    }

    /** A new, empty link on a disk. */
    Preparation.CreateDisk on(DiskNode parent) throws IOException {
        DiskLink link = parent.link();
        DiskFormat format = choice.isPresent() ? checked(choice.get(), link) : usual(link);
        CreateSpec spec = CreateSpec.of(format, link.capacity())
                .withHardwareVersion((int) Math.max(
                        3, Math.min(Integer.MAX_VALUE, vmx.hardwareVersion().orElse(19))))
                .withParent(link.path());
        if (format == DiskFormat.TWO_GB_SPARSE && link.extents().size() > 1) {
            spec = spec.withExtentBytes(link.extents().get(0).length());
        }
        return new Preparation.CreateDisk(name(link.path()), spec);
    }

    private static DiskFormat checked(DiskFormat format, DiskLink parent) throws IOException {
        if (!format.canBeDelta()) {
            throw new UnsupportedFeatureException(
                    "delta-format",
                    parent.path(),
                    "a disk of format " + format.word() + " can't lie on another",
                    "use monolithicSparse, twoGbMaxExtentSparse, vmfsSparse or seSparse");
        }
        if (format == DiskFormat.VMFS_SPARSE && parent.capacity() > MAX_COWD_BYTES) {
            throw new LimitExceededException(
                    "cowd-capacity",
                    parent.path(),
                    "it has " + parent.capacity() + " bytes, a vmfsSparse link at most " + MAX_COWD_BYTES,
                    "use seSparse");
        }
        return format;
    }

    private static DiskFormat usual(DiskLink parent) throws UnsupportedFeatureException {
        CreateType type = parent.descriptor().createType();
        return switch (type) {
            case TWO_GB_SPARSE, TWO_GB_FLAT -> DiskFormat.TWO_GB_SPARSE;
            case SE_SPARSE -> DiskFormat.SE_SPARSE;
            case VMFS, VMFS_PREALLOCATED, VMFS_EAGER_ZEROED_THICK, VMFS_THIN, VMFS_THICK, VMFS_SPARSE, RAW_DEVICE_MAP ->
                parent.capacity() > MAX_COWD_BYTES ? DiskFormat.SE_SPARSE : DiskFormat.VMFS_SPARSE;
            case MONOLITHIC_SPARSE, MONOLITHIC_FLAT, STREAM_OPTIMIZED, CUSTOM, UNKNOWN -> DiskFormat.MONOLITHIC_SPARSE;
            case VSAN_SPARSE, PASSTHROUGH_RAW_DEVICE_MAP, VMFS_RAW, FULL_DEVICE, PARTITIONED_DEVICE ->
                throw new UnsupportedFeatureException(
                        "delta-parent",
                        parent.path(),
                        "a disk of type " + parent.descriptor().createTypeName() + " takes no part in snapshots",
                        "make it independent, or take the snapshot on the host");
        };
    }

    private Path name(Path parent) throws IOException {
        Path folder = folder(parent);
        if (!machine.reaches(folder.resolve("any"))) {
            throw new UnsafeStateException(
                    "outside-folder",
                    parent,
                    "its new link belongs into " + folder + ", which is not the machine's folder",
                    "name that folder with --search");
        }
        Set<String> present = new HashSet<>();
        for (Path entry : machine.volume().list(folder)) {
            present.add(Ascii.toLowerCase(String.valueOf(entry.getFileName())));
        }
        String stem = NUMBER.matcher(DiskNames.stem(String.valueOf(parent.getFileName())))
                .replaceFirst("");
        String fresh = DiskNames.nextSnapshotStem(stem, name -> isTaken(Ascii.toLowerCase(name), present));
        String name = DiskNames.descriptor(fresh);
        reserved.add(Ascii.toLowerCase(name));
        return folder.resolve(name);
    }

    /** Extents of a lost descriptor take a number too. */
    private boolean isTaken(String name, Set<String> present) {
        String parts = DiskNames.stem(name) + "-";
        return reserved.contains(name)
                || present.contains(name)
                || present.stream().anyMatch(file -> file.startsWith(parts) && file.endsWith(DiskNames.SUFFIX));
    }

    /** Beside the parent, unless the configuration sends them elsewhere. */
    private Path folder(Path parent) {
        Optional<Path> working = vmx.workingDir()
                .flatMap(name -> name.resolve(machine.path()))
                .filter(path -> !path.equals(machine.path()));
        Optional<Boolean> apart = vmx.dictionary().flag("snapshot.redoNotWithParent");
        if (apart.orElse(working.isPresent())) {
            return working.orElse(machine.path());
        }
        return AtomicName.folderOf(parent);
    }
}
