package io.vmdisk.rescue;

import io.vmdisk.Finding;
import io.vmdisk.Finding.Severity;
import io.vmdisk.VmdiskException;
import io.vmdisk.descriptor.files.ExtentPaths;
import io.vmdisk.machine.model.VmDisk;
import io.vmdisk.storage.Volume;
import io.vmdisk.vm.DiskNode;
import io.vmdisk.vm.VirtualMachine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Compares change tracking files with each other and with the configuration. Their layout is not public, but a disk of one
 * size has a tracking file of one size, so of two links that track alike neither may be shorter.
 */
final class TrackingCheck {
    private static final int HEADER_BYTES = 60;

    private final VirtualMachine machine;
    private final Volume volume;
    private final List<Finding> findings = new ArrayList<>();

    TrackingCheck(VirtualMachine machine) {
        this.machine = machine;
        this.volume = machine.volume();
    }

    /** What two links must have in common for their tracking files to be of one size. */
    private record Kin(DiskNode base, long capacity) {}

    List<Finding> find() throws IOException {
        Map<Kin, Long> longest = new HashMap<>();
        Map<DiskNode, Path> tracked = new HashMap<>();
        for (DiskNode disk : machine.disks().all()) {
            Optional<Path> file = machine.owns(disk) ? trackingFile(disk) : Optional.empty();
            if (file.isPresent()) {
                tracked.put(disk, file.get());
                longest.merge(kin(disk), volume.facts(file.get()).size(), Math::max);
            }
        }
        for (DiskNode disk : machine.disks().all()) {
            Path file = tracked.get(disk);
            if (file != null) {
                compare(file, volume.facts(file).size(), longest.getOrDefault(kin(disk), 0L));
            }
        }
        findDisagreement();
        return findings;
    }

    private Kin kin(DiskNode disk) {
        List<DiskNode> chain = machine.disks().chain(disk);
        return new Kin(chain.get(chain.size() - 1), disk.link().capacity());
    }

    private void compare(Path file, long size, long wanted) {
        if (size < Math.max(wanted, HEADER_BYTES)) {
            findings.add(new Finding(
                    "vm.tracking-size",
                    Severity.WARNING,
                    file,
                    -1,
                    "it has " + size + " bytes, "
                            + (size < HEADER_BYTES
                                    ? "fewer than its own header"
                                    : "that of another link of the same disk and size " + wanted)
                            + ": it was cut, and the next incremental backup would miss blocks",
                    "reset change tracking: remove changeTrackPath from the descriptor, set version=1, and take a full"
                            + " backup"));
        }
    }

    private Optional<Path> trackingFile(DiskNode disk) {
        Optional<String> name = disk.link().descriptor().changeTrackPath();
        if (name.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                            ExtentPaths.resolve(disk.path(), name.get(), Set.of(ExtentPaths.Allowance.OUTSIDE_FOLDER)))
                    .filter(volume::exists);
        } catch (VmdiskException e) {
            // The check of the disk tells of it.
            return Optional.empty();
        }
    }

    private void findDisagreement() throws IOException {
        for (VmDisk disk : machine.folder().disks()) {
            Optional<DiskNode> active = machine.active(disk.device().node());
            if (active.isEmpty()) {
                continue;
            }
            boolean wanted =
                    machine.configuration().isChangeTracking() && disk.device().changeTracking();
            boolean there = active.get().link().descriptor().changeTrackPath().isPresent();
            if (wanted != there) {
                findings.add(new Finding(
                        "vm.tracking-switch",
                        Severity.INFO,
                        active.get().path(),
                        -1,
                        wanted
                                ? "the configuration wants its changes tracked, but it has no tracking file: the next"
                                        + " backup is a full one"
                                : "it has a tracking file, but the configuration does not ask for one",
                        ""));
            }
        }
    }
}
