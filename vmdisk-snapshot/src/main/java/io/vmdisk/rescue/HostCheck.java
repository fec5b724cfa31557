package io.vmdisk.rescue;

import io.vmdisk.Finding;
import io.vmdisk.Finding.Severity;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.VmdiskException;
import io.vmdisk.disk.DeltaKind;
import io.vmdisk.machine.model.VmDisk;
import io.vmdisk.snapshot.DeltaKinds;
import io.vmdisk.snapshot.SnapshotLevels;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.snapshot.vmsn.Checkpoint;
import io.vmdisk.vm.DiskNode;
import io.vmdisk.vm.VirtualMachine;
import io.vmdisk.vmx.VmxController;
import io.vmdisk.vmx.VmxDisk;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** Tells what a host refuses, or gets wrong, although every file is whole. */
final class HostCheck {
    private final VirtualMachine machine;
    private final VmxFile vmx;
    private final Path configuration;
    private final List<Finding> findings = new ArrayList<>();

    HostCheck(VirtualMachine machine) {
        this.machine = machine;
        this.vmx = machine.configuration();
        this.configuration = vmx.file().orElseThrow();
    }

    List<Finding> find() throws IOException {
        findLevels();
        findLimits();
        findMixedLinks();
        findSharedDisks();
        for (Snapshot snapshot : machine.snapshots().snapshots()) {
            findHalfMemory(snapshot);
        }
        return findings;
    }

    private void findLevels() throws IOException {
        int levels = new SnapshotLevels(machine).ofPresent();
        if (levels >= SnapshotLevels.MOST) {
            boolean over = levels > SnapshotLevels.MOST;
            report(
                    "vm.levels",
                    over ? Severity.ERROR : Severity.INFO,
                    configuration,
                    "it stands on " + levels + " levels of snapshots; hosts open " + SnapshotLevels.MOST + " at most"
                            + (over ? "" : ", so no further one can be taken"),
                    Remedy.of(Kind.DELETE_SNAPSHOT, configuration).and(" takes one away"));
        }
    }

    private void findLimits() {
        if (vmx.dictionary().flag("snapshot.disabled").orElse(false)) {
            report(
                    "vm.snapshots-disabled",
                    Severity.INFO,
                    configuration,
                    "its configuration forbids new snapshots: snapshot.disabled",
                    Remedy.of(Kind.UNSET_KEY, configuration, "snapshot.disabled")
                            .and(" allows them"));
        }
        OptionalLong most = vmx.dictionary().number("snapshot.maxSnapshots");
        int count = machine.snapshots().snapshots().size();
        if (most.isPresent() && most.getAsLong() >= 0 && count >= most.getAsLong()) {
            report(
                    "vm.snapshots-full",
                    Severity.INFO,
                    configuration,
                    "it has " + count + " snapshots, and snapshot.maxSnapshots allows " + most.getAsLong(),
                    "");
        }
    }

    /** Links of several kinds in one chain are told of with the disk. */
    private void findMixedLinks() {
        for (DiskNode base : machine.ownDisks()) {
            if (machine.disks().parent(base).isPresent()) {
                continue;
            }
            List<DiskNode> hierarchy = DeltaKinds.on(machine, base);
            Set<DeltaKind> kinds = DeltaKinds.kinds(hierarchy);
            boolean inChain = hierarchy.stream()
                    .anyMatch(disk -> DeltaKinds.kinds(machine.disks().chain(disk))
                            .containsAll(Set.of(DeltaKind.VMFS_SPARSE, DeltaKind.SE_SPARSE)));
            if (kinds.size() > 1 && !inChain) {
                report(
                        "vm.mixed-deltas",
                        Severity.WARNING,
                        base.path(),
                        "the links on it are "
                                + kinds.stream().map(DeltaKind::word).collect(Collectors.joining(" and "))
                                + "; hosts want one kind of links in a hierarchy",
                        "delete the snapshots whose links are of one of the kinds, or clone the machine");
            }
        }
    }

    /** What one machine froze the others go on writing. */
    private void findSharedDisks() throws IOException {
        Set<String> shared = vmx.devices().controllers().stream()
                .filter(VmxController::isShared)
                .map(VmxController::name)
                .collect(Collectors.toSet());
        for (VmDisk disk : machine.folder().disks()) {
            VmxDisk device = disk.device();
            boolean written =
                    device.multiWriter() || shared.contains(device.node().controllerName());
            Optional<DiskNode> active = machine.active(device.node());
            if (written
                    && active.isPresent()
                    && machine.disks().parent(active.get()).isPresent()) {
                report(
                        "vm.shared-frozen",
                        Severity.WARNING,
                        active.get().path(),
                        "other machines may write the disk at " + device.node()
                                + ", but this one stands on a snapshot of it: they see different disks",
                        "delete the snapshots while all of them are off");
            }
        }
    }

    private void findHalfMemory(Snapshot snapshot) throws IOException {
        Optional<Path> file =
                snapshot.memory() ? machine.checkpoint(snapshot).filter(machine.volume()::exists) : Optional.empty();
        if (file.isEmpty()) {
            return;
        }
        try (Checkpoint checkpoint = Checkpoint.open(file.get(), machine.volume())) {
            Optional<VmxFile> then = checkpoint.configuration();
            if (then.isPresent()
                    && then.get().devices().disks().stream()
                            .anyMatch(disk -> disk.mode().isIndependent())) {
                report(
                        "vm.memory-independent",
                        Severity.WARNING,
                        file.get(),
                        "snapshot uid " + snapshot.uid() + " has memory, but an independent disk went on after it:"
                                + " whoever resumes from it damages that disk's file systems",
                        Remedy.of(Kind.REVERT, configuration, "uid:" + snapshot.uid())
                                .and(" leaves the memory out"));
            }
        } catch (VmdiskException e) {
            // Whether it can be read is the checkpoint check's business.
        }
    }

    private void report(String id, Severity severity, Path file, String message, String advice) {
        report(id, severity, file, message, Remedy.say(advice));
    }

    private void report(String id, Severity severity, Path file, String message, Remedy remedy) {
        findings.add(new Finding(id, severity, file, -1, message, remedy));
    }
}
