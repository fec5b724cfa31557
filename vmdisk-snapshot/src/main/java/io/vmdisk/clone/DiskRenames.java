package io.vmdisk.clone;

import io.vmdisk.UnsafeStateException;
import io.vmdisk.VmdiskException;
import io.vmdisk.descriptor.files.DiskNames;
import io.vmdisk.descriptor.files.ExtentPaths;
import io.vmdisk.descriptor.files.ParentHints;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.ExtentPlace;
import io.vmdisk.plan.step.DescriptorEdit;
import io.vmdisk.plan.step.EditDescriptor;
import io.vmdisk.plan.step.MoveFile;
import io.vmdisk.plan.step.Step;
import io.vmdisk.storage.Volume;
import io.vmdisk.vm.DiskNode;
import io.vmdisk.vm.DiskOwner;
import io.vmdisk.vm.VirtualMachine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What renames the disks of a machine: files, extent lines, and what children remember of their parents. */
final class DiskRenames {
    private final VirtualMachine machine;
    private final Volume volume;
    private final Renaming files;
    private final Map<DiskNode, Path> targets = new LinkedHashMap<>();
    private final List<Step> steps = new ArrayList<>();

    DiskRenames(VirtualMachine machine, Renaming files) throws IOException {
        this.machine = machine;
        this.volume = machine.volume();
        this.files = files;
        // By name, so that the same machine always gives the same plan.
        Map<Path, DiskNode> disks = new TreeMap<>();
        machine.ownDisks().forEach(disk -> disks.put(disk.path(), disk));
        for (DiskNode disk : disks.values()) {
            if (!files.target(disk.path()).equals(disk.path())) {
                refuseOthers(disk);
                targets.put(disk, files.take(disk.path()));
            }
        }
        refuseShared();
        for (DiskNode disk : disks.values()) {
            rename(disk);
        }
    }

    private void refuseOthers(DiskNode disk) throws UnsafeStateException {
        for (DiskNode child : machine.disks().children(disk)) {
            if (!machine.owns(child)) {
                throw dependants(disk, child.path());
            }
        }
        for (DiskOwner owner : machine.owners(disk)) {
            if (owner.outsider().isPresent()) {
                throw dependants(disk, owner.outsider().get());
            }
        }
    }

    private static UnsafeStateException dependants(DiskNode disk, Path who) {
        return new UnsafeStateException(
                "has-children",
                disk.path(),
                who + " depends on it, and would not find it by another name",
                "remove what depends on it first, or make it independent with a full clone");
    }

    /** A descriptor may claim any file as its extent. */
    private void refuseShared() throws IOException {
        Map<Object, DiskNode> claimed = new HashMap<>();
        for (DiskNode disk : machine.disks().all()) {
            for (Path file : disk.link().files()) {
                if (volume.exists(file)) {
                    DiskNode other = claimed.put(volume.facts(file).key(), disk);
                    if (other != null && !other.equals(disk) && (isRenamed(other) || isRenamed(disk))) {
                        throw new UnsafeStateException(
                                "shared-file",
                                disk.path(),
                                "it claims " + file.getFileName() + ", which " + other.name() + " has too",
                                "correct its descriptor");
                    }
                }
            }
        }
    }

    private void rename(DiskNode disk) throws IOException {
        Map<String, String> names = new LinkedHashMap<>();
        if (isRenamed(disk)) {
            renameParts(disk, names);
        }
        Optional<DiskNode> parent = machine.disks().parent(disk).filter(this::isRenamed);
        if (parent.isPresent()) {
            steps.add(new EditDescriptor(
                    disk.path(),
                    new DescriptorEdit(
                            null,
                            null,
                            disk.link().parentContentId(),
                            ParentHints.hintFor(disk.path(), target(parent.get())),
                            DescriptorEdit.Tracking.KEEP,
                            names,
                            Map.of())));
        } else if (!names.isEmpty()) {
            steps.add(new EditDescriptor(disk.path(), DescriptorEdit.files(names)));
        }
        if (isRenamed(disk)) {
            steps.add(new MoveFile(disk.path(), target(disk)));
        }
    }

    private void renameParts(DiskNode disk, Map<String, String> names) throws IOException {
        DiskLink link = disk.link();
        Path own = link.path().toAbsolutePath().normalize();
        for (ExtentPlace extent : link.extents()) {
            String name = extent.line().file().orElse("");
            Path file = extent.path();
            if (file == null || name.isEmpty()) {
                continue;
            }
            if (file.toAbsolutePath().normalize().equals(own)) {
                names.put(name, String.valueOf(target(disk).getFileName()));
            } else {
                rename(disk, name, file, names);
            }
        }
        Optional<String> tracking = link.descriptor().changeTrackPath().filter(name -> name.endsWith("-ctk.vmdk"));
        if (tracking.isPresent()) {
            try {
                rename(disk, tracking.get(), ExtentPaths.resolve(disk.path(), tracking.get()), names);
            } catch (VmdiskException e) {
                // It names no file beside the disk.
            }
        }
    }

    /** A part that is called like its disk is called like it afterwards. */
    private void rename(DiskNode disk, String name, Path file, Map<String, String> names) {
        String stem = DiskNames.stem(disk.name());
        String present = String.valueOf(file.getFileName());
        boolean alike = present.startsWith(stem + "-") && name.equals(present) && files.isHere(file);
        if (alike && volume.exists(file) && !names.containsKey(name)) {
            String fresh =
                    DiskNames.stem(String.valueOf(target(disk).getFileName())) + present.substring(stem.length());
            Path target = file.resolveSibling(fresh);
            names.put(name, fresh);
            files.take(file, target);
            steps.add(new MoveFile(file, target));
        }
    }

    boolean isRenamed(DiskNode disk) {
        return targets.containsKey(disk);
    }

    /** Where a disk is going to be. */
    Path target(DiskNode disk) {
        return targets.getOrDefault(disk, disk.path());
    }

    /** The new name of the disk that has a name now. */
    String newName(String name) {
        return targets.entrySet().stream()
                .filter(entry -> entry.getKey().name().equals(name))
                .map(entry -> String.valueOf(entry.getValue().getFileName()))
                .findFirst()
                .orElse(name);
    }

    /** The steps, each disk's parts before its descriptor. */
    List<Step> steps() {
        return steps;
    }
}
