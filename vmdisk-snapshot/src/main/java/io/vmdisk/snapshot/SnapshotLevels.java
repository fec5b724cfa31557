package io.vmdisk.snapshot;

import io.vmdisk.disk.DeltaKind;
import io.vmdisk.machine.model.VmDisk;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.vm.DiskNode;
import io.vmdisk.vm.VirtualMachine;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * How many levels of snapshots lie below a machine's present state. ESXi opens 32 (vSphere's fault TooManySnapshotLevels);
 * for disks of hosted products, whose links are hosted sparse, no such limit is documented.
 *
 * @since 0.1
 */
public record SnapshotLevels(VirtualMachine machine) {
    /** What ESXi opens. */
    public static final int MOST = 32;

    /** The most links on a base, and at least as many as the snapshots that the present state descends from; 0 if hosted. */
    public int ofPresent() throws IOException {
        int links = 0;
        boolean hosted = false;
        for (VmDisk disk : machine.folder().disks()) {
            Optional<DiskNode> active = machine.active(disk.device().node());
            if (active.isEmpty() || disk.device().mode().isIndependent()) {
                continue;
            }
            List<DiskNode> chain = machine.disks().chain(active.get());
            hosted |= isHosted(chain);
            if (!isHosted(chain)) {
                links = Math.max(links, chain.size() - 1);
            }
        }
        Optional<Snapshot> current = machine.snapshots().current();
        int listed = current.isPresent() && (!hosted || links > 0)
                ? machine.snapshots().lineage(current.get()).size()
                : 0;
        return Math.max(links, listed);
    }

    private static boolean isHosted(List<DiskNode> chain) {
        return chain.stream().anyMatch(disk -> DeltaKind.ofLink(disk.link()).equals(Optional.of(DeltaKind.HOSTED)));
    }
}
