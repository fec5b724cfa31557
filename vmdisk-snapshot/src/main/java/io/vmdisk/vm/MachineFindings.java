package io.vmdisk.vm;

import io.vmdisk.Finding;
import io.vmdisk.Finding.Severity;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.machine.model.VmDisk;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.snapshot.vmsd.SnapshotDisk;
import io.vmdisk.snapshot.vmsd.SnapshotTree;
import io.vmdisk.vmx.DeviceNode;
import io.vmdisk.vmx.FileReference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds what is wrong between a machine's files: each may be whole, and yet they contradict each other. */
final class MachineFindings {
    private final VirtualMachine machine;
    private final List<Finding> findings = new ArrayList<>();

    MachineFindings(VirtualMachine machine) {
        this.machine = machine;
    }

    List<Finding> find() throws IOException {
        machine.disks().all().forEach(this::findOwners);
        for (Snapshot snapshot : machine.snapshots().snapshots()) {
            Optional<Snapshot> parent = machine.snapshots().parent(snapshot);
            for (SnapshotDisk disk : snapshot.disks()) {
                findUnseen(machine.frozen(disk), disk.fileName(), "snapshot uid " + snapshot.uid());
                if (parent.isPresent()) {
                    findTree(machine.frozen(disk), parent.get(), disk.node(), "snapshot uid " + snapshot.uid());
                }
            }
        }
        Optional<Snapshot> current = machine.snapshots().current();
        for (VmDisk disk : machine.folder().disks()) {
            DeviceNode node = disk.device().node();
            if (!disk.device().mode().isIndependent()) {
                findUnseen(machine.active(node), disk.device().file().text(), "the present state");
            }
            if (current.isPresent() && !disk.device().mode().isIndependent()) {
                findTree(machine.active(node), current.get(), node.toString(), "the present state");
            }
        }
        machine.disks().all().forEach(this::findUnowned);
        for (Path unread : machine.disks().unread()) {
            report(
                    "vm.disk-unread",
                    Severity.WARNING,
                    unread,
                    "it has the name of a disk and can't be read: nobody knows on what it stands, so nothing is merged",
                    "make it readable, or move it away if it is none of this machine's");
        }
        findList();
        return findings;
    }

    private void findOwners(DiskNode disk) {
        List<DiskOwner> own = machine.owners(disk).stream()
                .filter(owner -> owner.outsider().isEmpty())
                .toList();
        if (own.size() < 2) {
            return;
        }
        boolean active = own.stream().anyMatch(DiskOwner.Active.class::isInstance);
        String names = own.stream().map(MachineFindings::word).collect(Collectors.joining(" and "));
        report(
                active ? "vm.frozen-in-use" : "vm.disk-twice",
                Severity.ERROR,
                disk.path(),
                names + " name the same disk" + (active ? ": what is written now changes the snapshot" : ""),
                "correct the list or the configuration; nothing is changed until then");
    }

    private static String word(DiskOwner owner) {
        if (owner instanceof DiskOwner.Active active) {
            return "the present state at " + active.node();
        }
        return owner instanceof DiskOwner.Frozen frozen ? "snapshot uid " + frozen.uid() : "another machine";
    }

    /** A disk that is not seen has an owner that is not seen, and might be merged away. */
    private void findUnseen(Optional<DiskNode> disk, String name, String who) {
        if (disk.isEmpty()) {
            report(
                    "vm.disk-unseen",
                    Severity.ERROR,
                    FileReference.of(name).resolve(machine.path()).orElse(machine.path()),
                    who + " has the disk '" + name + "', which is not seen from here",
                    Remedy.say("name its folder with ").with(Kind.SEARCH).and(", or correct the path"));
        }
    }

    /** The disk of a state must lie above that of the snapshot the state was built on. */
    private void findTree(Optional<DiskNode> disk, Snapshot parent, String node, String who) throws IOException {
        Optional<SnapshotDisk> below = parent.disk(node);
        if (disk.isEmpty() || below.isEmpty()) {
            return;
        }
        Optional<DiskNode> frozen = machine.frozen(below.get());
        if (frozen.isEmpty()) {
            return;
        }
        List<DiskNode> chain = machine.disks().chain(disk.get());
        List<DiskNode> frozenChain = machine.disks().chain(frozen.get());
        // Another base is another disk that took the place of the old one, which is nobody's fault.
        boolean sameDisk = chain.get(chain.size() - 1).equals(frozenChain.get(frozenChain.size() - 1));
        if (sameDisk && !chain.contains(frozen.get())) {
            report(
                    "vm.tree-chain",
                    Severity.ERROR,
                    disk.get().path(),
                    who + " descends from snapshot uid " + parent.uid() + ", but its disk at " + node
                            + " does not lie on " + frozen.get().name(),
                    "the snapshot list does not fit the disks; restore the list that does");
        }
    }

    private void findUnowned(DiskNode disk) {
        int children = machine.disks().children(disk).size();
        boolean here = machine.path().equals(disk.path().getParent());
        if (!here || !machine.owners(disk).isEmpty()) {
            return;
        }
        if (machine.owns(disk) && children == 1) {
            report(
                    "vm.unowned",
                    Severity.WARNING,
                    disk.path(),
                    "no snapshot and no present disk names it, but another disk needs it",
                    Remedy.of(Kind.CONSOLIDATE).and(" merges it"));
        }
        if (children == 0 && disk.link().descriptor().hasParent()) {
            report(
                    "vm.orphan-delta",
                    Severity.WARNING,
                    disk.path(),
                    "nothing names it and nothing needs it; its parent can't be merged while it is there",
                    "move it away if it is known to be useless");
        }
    }

    /** Products look for a list by the configuration's name only. */
    private void findList() {
        VmFolder folder = machine.folder();
        String place = String.valueOf(folder.listFile().getFileName());
        if (folder.isListRenamed()) {
            report(
                    "vm.list-renamed",
                    Severity.ERROR,
                    machine.snapshots().source().orElse(folder.listFile()),
                    "the snapshot list of the machine has another name than its configuration: products look for "
                            + place + ", see no snapshots, and merge or overwrite their disks",
                    "rename it to " + place);
        }
        for (SnapshotTree list : folder.strayLists()) {
            Path file = list.source().orElseThrow();
            List<String> named = machine.ownDisks().stream()
                    .filter(disk -> machine.owners(disk).contains(new DiskOwner.Listed(file)))
                    .map(DiskNode::name)
                    .sorted()
                    .toList();
            if (!named.isEmpty()) {
                report(
                        "vm.list-other",
                        Severity.WARNING,
                        file,
                        "no configuration has its name, but it lists snapshots on disks of this machine ("
                                + String.join(", ", named) + "), which are neither merged nor removed for that",
                        "if it is old, move it away");
            }
        }
    }

    private void report(String id, Severity severity, @Nullable Path file, String message, String advice) {
        report(id, severity, file, message, Remedy.say(advice));
    }

    private void report(String id, Severity severity, @Nullable Path file, String message, Remedy remedy) {
        findings.add(new Finding(id, severity, file, -1, message, remedy));
    }
}
