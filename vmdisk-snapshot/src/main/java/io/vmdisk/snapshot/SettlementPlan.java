package io.vmdisk.snapshot;

import io.vmdisk.VmdiskException;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.LinkSpace;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.PlanBuilder;
import io.vmdisk.plan.disk.FoldSteps;
import io.vmdisk.plan.step.DeleteFile;
import io.vmdisk.plan.step.MoveFile;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.snapshot.vmsd.SnapshotDisk;
import io.vmdisk.snapshot.vmsd.SnapshotTree;
import io.vmdisk.snapshot.vmsd.SnapshotTreeEdit;
import io.vmdisk.storage.Volume;
import io.vmdisk.vm.DiskNode;
import io.vmdisk.vm.DiskOwner;
import io.vmdisk.vm.VirtualMachine;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Plans the removal of any number of snapshots, none included, with all that follows for disks and files.
 *
 * <p>The list forgets the snapshots first and says that consolidation is needed, so that nobody returns to one whose disk
 * is being merged into; then disks merge, then the configuration and the list name what is left, then files go.
 */
final class SettlementPlan {
    private static final String SETTLED = "-settled";

    private final VirtualMachine machine;
    private final Volume volume;
    private final String operation;
    private final LinkSpace space;
    private final FoldSteps folds;
    private final PlanBuilder draft = new PlanBuilder();

    SettlementPlan(VirtualMachine machine, String operation, LinkSpace space) {
        this.machine = machine;
        this.volume = machine.volume();
        this.operation = operation + " of " + machine.configuration().displayName();
        this.space = space;
        this.folds = new FoldSteps(volume);
    }

    Plan plan(List<Snapshot> gone) throws IOException {
        Settlement settlement = Settlement.of(machine, uids(gone), freed(gone));
        SnapshotTree tree = machine.snapshots();
        SnapshotTreeEdit list = tree.edit();
        forget(list, gone);
        VmxFile vmx = machine.configuration();
        boolean vmxChanges = clearCheckpoint(vmx, gone);
        if (settlement.merges().isEmpty()) {
            list.clearConsolidationNeeded();
            if (!gone.isEmpty() || tree.needsConsolidation()) {
                draft.publish(listFile(), list.toBytes());
            }
            if (vmxChanges) {
                draft.publish(machine.configurationFile(), vmx.dictionary().toBytes());
            }
        } else {
            merge(settlement, list, vmx, vmxChanges);
        }
        removeFiles(settlement, gone);
        for (DiskNode shared : settlement.shared()) {
            draft.note(shared.name() + " stays: "
                    + machine.disks().children(shared).size() + " disks depend on it, though no snapshot names it");
        }
        for (DiskNode listed : settlement.listed()) {
            draft.note(String.valueOf(
                    Settlement.named(listed, machine.owners(listed).get(0)).getMessage()));
        }
        if (draft.hasNoSteps() && settlement.listed().isEmpty()) {
            draft.note("every disk is named by the present state or a snapshot: nothing to do");
        }
        return draft.plan(operation, machine.path());
    }

    private static Set<Long> uids(List<Snapshot> snapshots) {
        return snapshots.stream().map(Snapshot::uid).collect(Collectors.toSet());
    }

    private List<DiskNode> freed(List<Snapshot> gone) throws IOException {
        List<DiskNode> freed = new ArrayList<>();
        for (Snapshot snapshot : gone) {
            for (SnapshotDisk disk : snapshot.disks()) {
                machine.frozen(disk).ifPresent(freed::add);
            }
        }
        return freed;
    }

    private void forget(SnapshotTreeEdit list, List<Snapshot> gone) throws VmdiskException {
        if (gone.size() == machine.snapshots().snapshots().size() && !gone.isEmpty()) {
            list.removeAll();
            return;
        }
        for (Snapshot snapshot : gone) {
            list.remove(snapshot.uid());
        }
    }

    /** A machine that would resume from a checkpoint that goes can't start. */
    private boolean clearCheckpoint(VmxFile vmx, List<Snapshot> gone) throws IOException {
        Optional<Path> resumes = vmx.checkpoint().flatMap(name -> name.resolve(machine.path()));
        for (Snapshot snapshot : gone) {
            if (resumes.isPresent() && machine.checkpoint(snapshot).equals(resumes)) {
                vmx.dictionary().set("checkpoint.vmState", "");
                vmx.dictionary().remove("checkpoint.vmState.readOnly");
                draft.note("the machine no longer resumes from " + resumes.get().getFileName() + "; it starts anew");
                return true;
            }
        }
        return false;
    }

    private void merge(Settlement settlement, SnapshotTreeEdit list, VmxFile vmx, boolean vmxChanged)
            throws IOException {
        list.markConsolidationNeeded();
        draft.publish(listFile(), list.toBytes());
        boolean vmxChanges = vmxChanged;
        for (Settlement.Merge merge : settlement.merges()) {
            draft.steps(folds.fold(links(merge.links()), merge.into().link(), links(merge.children()), space));
            for (DiskOwner owner : machine.owners(merge.top())) {
                if (owner instanceof DiskOwner.Active active) {
                    vmx.edit()
                            .setDiskFile(
                                    active.node(), machine.nameOf(merge.into().path()));
                    vmxChanges = true;
                } else if (owner instanceof DiskOwner.Frozen frozen
                        && list.tree().snapshot(frozen.uid()).isPresent()) {
                    list.renameDisk(
                            frozen.uid(),
                            frozen.node(),
                            machine.nameOf(merge.into().path()));
                }
            }
        }
        draft.notes(folds.notes());
        if (vmxChanges) {
            draft.publish(machine.configurationFile(), vmx.dictionary().toBytes());
        }
        list.clearConsolidationNeeded();
        // A name of its own: the list is written twice in this plan.
        Path settled = listFile().resolveSibling(listFile().getFileName() + SETTLED);
        draft.publish(settled, list.toBytes());
        draft.step(new MoveFile(settled, listFile()));
    }

    private static List<DiskLink> links(List<DiskNode> nodes) {
        return nodes.stream().map(DiskNode::link).toList();
    }

    private Path listFile() throws IOException {
        return machine.listFile();
    }

    private void removeFiles(Settlement settlement, List<Snapshot> gone) throws IOException {
        Set<DiskNode> going = new LinkedHashSet<>(settlement.removed());
        settlement.merges().forEach(merge -> going.addAll(merge.links()));
        DiskRemoval removal = new DiskRemoval(machine);
        draft.steps(removal.steps(going));
        for (Settlement.Merge merge : settlement.merges()) {
            removal.trackingFile(merge.into()).ifPresent(file -> draft.step(new DeleteFile(file)));
        }
        for (Snapshot snapshot : gone) {
            removeCheckpoint(snapshot, gone);
        }
    }

    private void removeCheckpoint(Snapshot snapshot, List<Snapshot> gone) {
        Optional<Path> checkpoint = machine.checkpoint(snapshot);
        if (checkpoint.isEmpty()) {
            snapshot.checkpointFile()
                    .ifPresent(name -> draft.note("'" + name + "' is no checkpoint of this machine and stays"));
            return;
        }
        boolean shared = machine.snapshots().snapshots().stream()
                .filter(other -> !gone.contains(other))
                .anyMatch(other -> machine.checkpoint(other).equals(checkpoint));
        if (shared) {
            draft.note(checkpoint.get().getFileName() + " stays: another snapshot has it too");
            return;
        }
        String name = String.valueOf(checkpoint.get().getFileName());
        Path memory = checkpoint.get().resolveSibling(name.substring(0, name.lastIndexOf('.')) + ".vmem");
        for (Path file : List.of(checkpoint.get(), memory)) {
            if (volume.exists(file)) {
                draft.step(new DeleteFile(file));
            }
        }
    }
}
