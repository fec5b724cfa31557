package io.vmdisk.snapshot;

import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.LinkSpace;
import io.vmdisk.machine.model.Consent;
import io.vmdisk.machine.model.SnapshotRequest;
import io.vmdisk.plan.Plan;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.vm.VirtualMachine;
import java.io.IOException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Plans operations on a machine's snapshots. Nothing is touched; every refusal comes here, before there is a plan.
 *
 * <p>A plan is good for the machine as it was opened: carry it out at once, with {@link MachineWork}. For one thread.
 */
public final class SnapshotPlanner {
    private final VirtualMachine machine;
    private final Readiness readiness;

    /**
     * A planner.
     *
     * @param now what "just changed" is measured against
     * @param consents dangers the user agreed to
     */
    public SnapshotPlanner(VirtualMachine machine, Instant now, Set<Consent> consents) {
        this.machine = machine;
        this.readiness = new Readiness(machine, now, consents);
    }

    /** A snapshot of the present state: its disks freeze, the machine goes on in empty links on top. */
    public Plan create(SnapshotRequest request) throws IOException {
        return new SnapshotCreation(machine, readiness).plan(request);
    }

    /** Removes a snapshot; what its disks hold goes to the states built on it. */
    public Plan delete(Snapshot snapshot, LinkSpace space) throws IOException {
        return new SnapshotDeletion(machine, readiness)
                .plan("delete snapshot \"" + snapshot.name() + "\"", List.of(snapshot), space);
    }

    /** Removes a snapshot and all that descend from it; the present state stays as it is. */
    public Plan deleteWithChildren(Snapshot snapshot, LinkSpace space) throws IOException {
        return new SnapshotDeletion(machine, readiness).planTree(snapshot, space);
    }

    /** Removes all snapshots; the present state stays as it is. */
    public Plan deleteAll(LinkSpace space) throws IOException {
        return new SnapshotDeletion(machine, readiness)
                .plan("delete all snapshots", machine.snapshots().snapshots(), space);
    }

    /** Merges every disk that no state names into the one that needs it; snapshots stay. */
    public Plan consolidate(LinkSpace space) throws IOException {
        readiness.require(EnumSet.of(Readiness.Bears.MID_OPERATION, Readiness.Bears.SUSPENDED));
        return new SettlementPlan(machine, "consolidate", space).plan(List.of());
    }

    /** Puts a snapshot's state in place of the present one, which is lost. */
    public Plan revert(Snapshot snapshot) throws IOException {
        return revert(snapshot, Optional.empty());
    }

    /**
     * Puts a snapshot's state in place of the present one, which is lost.
     *
     * @param links the format of the new links; empty for what the links that are there, or the machine's product, ask for
     */
    public Plan revert(Snapshot snapshot, Optional<DiskFormat> links) throws IOException {
        return new SnapshotReversion(machine, readiness, links).plan(snapshot);
    }
}
