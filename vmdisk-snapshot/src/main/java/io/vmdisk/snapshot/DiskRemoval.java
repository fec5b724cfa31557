package io.vmdisk.snapshot;

import io.vmdisk.UnsafeStateException;
import io.vmdisk.VmdiskException;
import io.vmdisk.descriptor.files.ExtentPaths;
import io.vmdisk.plan.disk.FoldSteps;
import io.vmdisk.plan.step.DeleteFile;
import io.vmdisk.plan.step.Step;
import io.vmdisk.storage.FileFacts;
import io.vmdisk.storage.Volume;
import io.vmdisk.vm.DiskNode;
import io.vmdisk.vm.VirtualMachine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The steps that remove disks with their extents and change tracking files.
 *
 * <p>A descriptor may claim any file as its extent, so only {@code .vmdk} files in reach that no other disk has go.
 */
final class DiskRemoval {
    private final VirtualMachine machine;
    private final Volume volume;

    DiskRemoval(VirtualMachine machine) {
        this.machine = machine;
        this.volume = machine.volume();
    }

    /** The steps for these disks, in their order. */
    List<Step> steps(Collection<DiskNode> going) throws IOException {
        Set<DiskNode> gone = new LinkedHashSet<>(going);
        Set<Object> needed = neededBeside(gone);
        List<Step> steps = new ArrayList<>();
        for (DiskNode disk : gone) {
            for (Path file : disk.link().files()) {
                requireOwn(disk, file, needed);
            }
            steps.addAll(new FoldSteps(volume).removal(List.of(disk.link())));
            trackingFile(disk).ifPresent(file -> steps.add(new DeleteFile(file)));
        }
        return steps;
    }

    private Set<Object> neededBeside(Set<DiskNode> gone) throws IOException {
        Set<Object> needed = new HashSet<>();
        for (DiskNode disk : machine.disks().all()) {
            if (gone.contains(disk)) {
                continue;
            }
            for (Path file : disk.link().files()) {
                if (volume.exists(file)) {
                    needed.add(volume.facts(file).key());
                }
            }
        }
        return needed;
    }

    private void requireOwn(DiskNode disk, Path file, Set<Object> needed) throws IOException {
        boolean named = String.valueOf(file.getFileName()).endsWith(".vmdk");
        boolean taken =
                volume.exists(file) && needed.contains(volume.facts(file).key());
        if (!named || taken || !machine.reaches(file)) {
            throw new UnsafeStateException(
                    "shared-file",
                    disk.path(),
                    "it claims " + file.getFileName() + ", which "
                            + (taken ? "another disk needs" : "is no file of a disk here"),
                    "correct its descriptor");
        }
    }

    /** The file that says which blocks of a disk changed, if there is one. */
    Optional<Path> trackingFile(DiskNode disk) throws IOException {
        Optional<String> name = disk.link().descriptor().changeTrackPath();
        if (name.isEmpty() || !name.get().endsWith("-ctk.vmdk")) {
            return Optional.empty();
        }
        try {
            Path file = ExtentPaths.resolve(disk.path(), name.get());
            boolean there =
                    volume.exists(file) && volume.facts(file).kind() == FileFacts.Kind.FILE && machine.reaches(file);
            return there ? Optional.of(file) : Optional.empty();
        } catch (VmdiskException e) {
            // It names no file beside the disk.
            return Optional.empty();
        }
    }
}
