package io.vmdisk.snapshot;

import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.disk.LinkSpace;
import io.vmdisk.machine.model.Consent;
import io.vmdisk.plan.Plan;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.snapshot.vmsd.SnapshotDisk;
import io.vmdisk.vm.DiskNode;
import io.vmdisk.vm.DiskOwner;
import io.vmdisk.vm.VirtualMachine;
import io.vmdisk.vmx.FileReference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/** Plans the removal of snapshots that nothing outside the machine depends on. */
final class SnapshotDeletion {
    private final VirtualMachine machine;
    private final Readiness readiness;

    SnapshotDeletion(VirtualMachine machine, Readiness readiness) {
        this.machine = machine;
        this.readiness = readiness;
    }

    Plan planTree(Snapshot root, LinkSpace space) throws IOException {
        List<Snapshot> tree = new ArrayList<>(List.of(root));
        for (int i = 0; i < tree.size(); i++) {
            tree.addAll(machine.snapshots().children(tree.get(i)));
        }
        java.util.Collections.reverse(tree);
        return plan("delete snapshot \"" + root.name() + "\" and its children", tree, space);
    }

    Plan plan(String operation, List<Snapshot> gone, LinkSpace space) throws IOException {
        readiness.require(
                takesMemory(gone) ? EnumSet.noneOf(Readiness.Bears.class) : EnumSet.of(Readiness.Bears.SUSPENDED));
        for (Snapshot snapshot : gone) {
            refuseClones(snapshot);
            for (SnapshotDisk disk : snapshot.disks()) {
                Optional<DiskNode> frozen = machine.frozen(disk);
                if (frozen.isPresent()) {
                    refuseDependants(frozen.get());
                }
            }
        }
        return new SettlementPlan(machine, operation, space).plan(gone);
    }

    /**
     * Whether the checkpoint goes that the machine resumes from. All else that a deletion does leaves every disk in use
     * reading as before, so what a suspended guest remembers stays true.
     */
    private boolean takesMemory(List<Snapshot> gone) {
        Optional<Path> resumes = machine.configuration().checkpoint().flatMap(name -> name.resolve(machine.path()));
        return resumes.isPresent()
                && gone.stream()
                        .anyMatch(snapshot -> machine.checkpoint(snapshot).equals(resumes));
    }

    /** Clones that were removed by hand stay recorded, so only those that exist count. */
    private void refuseClones(Snapshot snapshot) throws UnsafeStateException {
        for (String clone : snapshot.clones()) {
            Optional<Path> path = FileReference.of(clone).resolve(machine.path());
            boolean known = path.isPresent();
            boolean exists = known && machine.volume().exists(path.get());
            if (exists || (!known && !readiness.consented(Consent.CLONES))) {
                throw new UnsafeStateException(
                        "clones",
                        machine.snapshots().source().orElse(null),
                        "the linked clone " + clone + " hangs on snapshot \"" + snapshot.name() + "\""
                                + (known ? "" : ", as far as can be told from here"),
                        known
                                ? Remedy.say("remove the clone, or make it independent, first")
                                : Remedy.say("if it is gone, ").with(Kind.ALLOW, "clones"));
            }
        }
    }

    private void refuseDependants(DiskNode disk) throws UnsafeStateException {
        for (DiskNode child : machine.disks().children(disk)) {
            if (!machine.owns(child)) {
                throw Settlement.dependants(disk, child.path().toString());
            }
        }
        for (DiskOwner owner : machine.owners(disk)) {
            if (owner.outsider().isPresent()) {
                throw Settlement.named(disk, owner);
            }
        }
    }
}
