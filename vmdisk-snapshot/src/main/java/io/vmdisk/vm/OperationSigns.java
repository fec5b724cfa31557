package io.vmdisk.vm;

import io.vmdisk.VmdiskException;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.machine.model.FileOwner;
import io.vmdisk.machine.model.FileRole;
import io.vmdisk.machine.model.VmDisk;
import io.vmdisk.machine.model.VmFile;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.snapshot.vmsd.SnapshotDisk;
import io.vmdisk.snapshot.vmsd.SnapshotTree;
import io.vmdisk.snapshot.vmsn.Checkpoint;
import io.vmdisk.snapshot.vmsn.GuestMemory;
import io.vmdisk.storage.Volume;
import io.vmdisk.vmx.FileReference;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the signs of an operation on snapshots that did not end: places where the files contradict each other. */
final class OperationSigns {
    private final VmFolder vm;
    private final @Nullable DiskGraph near;
    private final SnapshotTree tree;
    private final Volume volume;
    private final List<String> signs = new ArrayList<>();
    private final List<String> unmerged = new ArrayList<>();

    /** @param near the disks of the folder alone; null if they are still to be read */
    OperationSigns(VmFolder vm, @Nullable DiskGraph near, Volume volume) {
        this.vm = vm;
        this.near = near;
        this.tree = vm.snapshots();
        this.volume = volume;
    }

    /** Looks; afterwards {@link #signs} and {@link #unmerged} are known. */
    OperationSigns find() throws IOException {
        if (tree.needsConsolidation()) {
            unmerged.add("the snapshot list asks for consolidation");
        }
        vm.files(FileRole.TASK_LIST).forEach(file -> signs.add(file.name() + " lists work of vCenter's"));
        findDisks();
        findCheckpoints();
        return this;
    }

    /** What must not be built upon. */
    List<String> signs() {
        return signs;
    }

    /** Links that should have been merged: they hold data like any other, and merging them later does no harm. */
    List<String> unmerged() {
        return unmerged;
    }

    private void findDisks() throws IOException {
        Set<Object> owned = new HashSet<>();
        addFrozen(tree, owned);
        Set<Object> active = new HashSet<>();
        for (VmDisk disk : vm.disks()) {
            Optional<Object> key = keyOf(disk.path());
            key.ifPresent(active::add);
            if (key.isPresent() && owned.contains(key.get())) {
                signs.add("a snapshot has frozen " + disk.device().file().baseName() + ", which is in use");
            }
        }
        owned.addAll(active);
        for (SnapshotTree stray : vm.strayLists()) {
            addFrozen(stray, owned);
        }
        DiskGraph graph = near != null ? near : DiskGraph.read(volume, List.of(vm.folder()));
        for (VmDisk disk : vm.disks()) {
            if (disk.chain().isPresent()) {
                findUnowned(disk.chain().get(), owned, graph);
            }
        }
    }

    private void addFrozen(SnapshotTree list, Set<Object> owned) throws IOException {
        for (Snapshot snapshot : list.snapshots()) {
            for (SnapshotDisk disk : snapshot.disks()) {
                keyOf(FileReference.of(disk.fileName()).place(vm.folder())).ifPresent(owned::add);
            }
        }
    }

    /** Walks down to where the chain leaves the folder or becomes somebody else's; forks are nobody's fault. */
    private void findUnowned(DiskChain chain, Set<Object> owned, DiskGraph graph) throws IOException {
        for (DiskLink link : chain.links()) {
            Path path = link.path().toAbsolutePath().normalize();
            Object key = volume.facts(path).key();
            if (!vm.folder().equals(path.getParent())) {
                return;
            }
            Optional<DiskNode> node = graph.find(path);
            boolean fork = node.isPresent() && graph.children(node.get()).size() > 1;
            if (!fork && !owned.contains(key)) {
                unmerged.add("no snapshot owns " + path.getFileName() + ", which a disk in use needs");
            }
            if (tree.sentinels().contains(String.valueOf(path.getFileName()))) {
                return;
            }
        }
    }

    private Optional<Object> keyOf(Optional<Path> path) throws IOException {
        return path.isPresent() && volume.exists(path.get())
                ? Optional.of(volume.facts(path.get()).key())
                : Optional.empty();
    }

    private void findCheckpoints() throws IOException {
        Optional<Path> list = tree.source().filter(volume::exists);
        Instant listed = list.isPresent() ? volume.facts(list.get()).modified() : Instant.MIN;
        for (VmFile file : vm.files(FileRole.SNAPSHOT_CHECKPOINT)) {
            if (file.orphan() && file.modified().isAfter(listed)) {
                signs.add(file.name() + " is newer than the snapshot list, which does not name it");
            }
            if (file.owner().kind() == FileOwner.Kind.SNAPSHOT) {
                findShortMemory(file);
            }
        }
    }

    private void findShortMemory(VmFile checkpoint) throws IOException {
        Path memory = Stem.sibling(checkpoint.path(), ".vmem");
        if (!volume.exists(memory)) {
            return;
        }
        try (Checkpoint open = Checkpoint.open(checkpoint.path(), volume);
                GuestMemory guest = open.memory().orElse(null)) {
            if (guest != null && guest.missingBytes() > 0) {
                signs.add(
                        guest.path().getFileName() + " lacks " + guest.missingBytes() + " bytes of the guest's memory");
            }
        } catch (VmdiskException e) {
            // Encrypted or damaged: it says nothing of an operation.
        }
    }
}
