package io.vmdisk.snapshot;

import com.google.common.base.Ascii;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.descriptor.files.DiskNames;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.plan.step.CreateDisk;
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
 * Names and places of the empty links that a machine goes on writing to. Each name is the smallest free number
 * after the disk's stem, so numbers carry no order. For one plan.
 */
final class NewDeltas {
    private static final Pattern NUMBER = Pattern.compile("-[0-9]{6}$");

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
    CreateDisk on(DiskNode parent) throws IOException {
        DiskLink link = parent.link();
        return new CreateDisk(name(link.path()), LinkForm.of(link, vmx, choice, DeltaKinds.around(machine, parent)));
    }

    private Path name(Path parent) throws IOException {
        Path folder = folder(parent);
        if (!machine.reaches(folder.resolve("any"))) {
            throw new UnsafeStateException(
                    "outside-folder",
                    parent,
                    "its new link belongs into " + folder + ", which is not the machine's folder",
                    Remedy.say("name that folder with ").with(Kind.SEARCH));
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
                .map(machine.volume()::actual)
                .filter(path -> !path.equals(machine.path()));
        Optional<Boolean> apart = vmx.dictionary().flag("snapshot.redoNotWithParent");
        if (apart.orElse(working.isPresent())) {
            return working.orElse(machine.path());
        }
        return AtomicName.folderOf(parent);
    }
}
