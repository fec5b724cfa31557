package io.vmdisk.vm;

import io.vmdisk.machine.model.VmDisk;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.snapshot.vmsd.SnapshotDisk;
import io.vmdisk.snapshot.vmsd.SnapshotTree;
import io.vmdisk.storage.Volume;
import io.vmdisk.storage.look.Inaccessible;
import io.vmdisk.vmx.FileReference;
import io.vmdisk.vmx.VmxDisk;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Who names which disk: this machine's configuration and snapshots, and those of every other machine in reach. */
final class DiskOwners {
    private final DiskGraph disks;
    private final Map<DiskNode, List<DiskOwner>> owners = new LinkedHashMap<>();
    private final Set<Path> unread = new LinkedHashSet<>();

    private DiskOwners(DiskGraph disks) {
        this.disks = disks;
    }

    static DiskOwners of(VmFolder machine, List<Path> reach, DiskGraph disks, Volume volume) throws IOException {
        DiskOwners found = new DiskOwners(disks);
        for (VmDisk disk : machine.disks()) {
            found.add(disk.path(), new DiskOwner.Active(disk.device().node()));
        }
        for (Snapshot snapshot : machine.snapshots().snapshots()) {
            for (SnapshotDisk disk : snapshot.disks()) {
                Optional<Path> path = FileReference.of(disk.fileName()).place(machine.folder());
                found.add(path, new DiskOwner.Frozen(snapshot.uid(), disk.node()));
            }
        }
        Object own = volume.facts(machine.configuration().file().orElseThrow()).key();
        for (Path folder : reach) {
            StrayLists strays = StrayLists.in(folder, volume);
            found.unread.addAll(strays.unread());
            for (SnapshotTree list : strays.all()) {
                Path file = list.source().orElseThrow();
                if (!list.source().equals(machine.snapshots().source())) {
                    found.addSnapshots(list, folder, volume, new DiskOwner.Listed(file));
                }
            }
            for (Path other : new ConfigurationFinder(volume).all(folder)) {
                if (!volume.facts(other).key().equals(own)) {
                    found.addMachine(other, folder, volume);
                }
            }
        }
        return found;
    }

    private void addMachine(Path configuration, Path folder, Volume volume) throws IOException {
        DiskOwner foreign = new DiskOwner.Foreign(configuration);
        List<SnapshotTree> lists = new ArrayList<>();
        try {
            lists.add(SnapshotTree.read(volume, Stem.sibling(configuration, ".vmsd")));
        } catch (AccessDeniedException e) {
            unread.add(Stem.sibling(configuration, ".vmsd"));
        } catch (IOException e) {
            Inaccessible.orThrow(e);
            // A list nobody can read names nothing.
        }
        Volume seen = volume;
        try {
            VmxFile vmx = VmxFile.read(volume, configuration);
            if (vmx.encryption() == VmxFile.Encryption.WHOLE) {
                unread.add(configuration);
            }
            seen = FoundFiles.of(vmx, lists, List.of(), volume).volume();
            for (VmxDisk disk : vmx.devices().disks()) {
                add(disk.file().place(folder).map(seen::actual), foreign);
            }
        } catch (AccessDeniedException e) {
            unread.add(configuration);
        } catch (IOException e) {
            Inaccessible.orThrow(e);
            // Nor does a configuration, but its list may.
        }
        for (SnapshotTree list : lists) {
            addSnapshots(list, folder, seen, foreign);
        }
    }

    private void addSnapshots(SnapshotTree list, Path folder, Volume seen, DiskOwner owner) throws IOException {
        for (Snapshot snapshot : list.snapshots()) {
            for (SnapshotDisk disk : snapshot.disks()) {
                add(FileReference.of(disk.fileName()).place(folder).map(seen::actual), owner);
            }
        }
    }

    private void add(Optional<Path> path, DiskOwner owner) throws IOException {
        if (path.isPresent()) {
            disks.find(path.get())
                    .ifPresent(node ->
                            owners.computeIfAbsent(node, n -> new ArrayList<>()).add(owner));
        }
    }

    /** Lists and configurations of others that may not be read, or are encrypted: nobody knows which disks they name. */
    Set<Path> unread() {
        return Set.copyOf(unread);
    }

    List<DiskOwner> of(DiskNode disk) {
        return List.copyOf(owners.getOrDefault(disk, List.of()));
    }

    /** The disks that this machine names itself. */
    List<DiskNode> named() {
        return owners.entrySet().stream()
                .filter(entry -> entry.getValue().stream()
                        .anyMatch(owner -> owner.outsider().isEmpty()))
                .map(Map.Entry::getKey)
                .toList();
    }
}
