package io.vmdisk.rescue;

import io.vmdisk.disk.OpenOptions;
import io.vmdisk.machine.model.VmDisk;
import io.vmdisk.plan.Repair;
import io.vmdisk.repair.ChainRepair;
import io.vmdisk.repair.LeakRepair;
import io.vmdisk.repair.TableRepair;
import io.vmdisk.snapshot.Readiness;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.snapshot.vmsd.SnapshotDisk;
import io.vmdisk.vm.DiskNode;
import io.vmdisk.vm.VirtualMachine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Repairs all disks of a machine at once, those of its snapshots too. Planned here, carried out with {@link
 * io.vmdisk.snapshot.MachineWork}; refused while the machine may run. For one thread.
 */
public final class MachineRepair {
    private final VirtualMachine machine;
    private final OpenOptions options;

    /**
     * A planner.
     *
     * @throws io.vmdisk.UnsafeStateException if the machine is in use, or an operation on it was interrupted
     */
    public MachineRepair(VirtualMachine machine, Readiness readiness) throws IOException {
        readiness.require(EnumSet.allOf(Readiness.Bears.class));
        this.machine = machine;
        this.options = OpenOptions.readOnly().withVolume(machine.volume());
    }

    /** Makes every link remember its parent's present content ID. */
    public Repair relink(ChainRepair.Trust trust) throws IOException {
        return ChainRepair.relinkAll(machine.configuration().file().orElseThrow(), tops(), options, trust);
    }

    /** Puts the metadata of every sparse file of the machine's own in order. */
    public Repair tables() throws IOException {
        return ofEachDisk(TableRepair::of);
    }

    /** Gives back what the sparse files of the machine's own hold but nothing uses. */
    public Repair leaks() throws IOException {
        return ofEachDisk(LeakRepair::of);
    }

    private interface Planner {
        Repair plan(Path disk, OpenOptions options) throws IOException;
    }

    private Repair ofEachDisk(Planner planner) throws IOException {
        List<Repair> repairs = new ArrayList<>();
        List<DiskNode> own = machine.ownDisks().stream()
                .sorted(Comparator.comparing(DiskNode::name))
                .toList();
        for (DiskNode disk : own) {
            Repair repair = planner.plan(disk.path(), options);
            if (!repair.isEmpty()) {
                repairs.add(repair);
            }
        }
        return Repair.inOrder(repairs);
    }

    /** Rebuilds descriptors that are lost or garbled, and makes the others follow their files; bases first. */
    public Repair descriptors() throws IOException {
        return new DescriptorRescue(machine, options).plan();
    }

    /** The disks that the present state and the snapshots name. */
    private Set<Path> tops() {
        Set<Path> disks = new LinkedHashSet<>();
        for (VmDisk disk : machine.folder().disks()) {
            disk.path().ifPresent(disks::add);
        }
        for (Snapshot snapshot : machine.snapshots().snapshots()) {
            for (SnapshotDisk disk : snapshot.disks()) {
                machine.folder().place(disk.fileName()).ifPresent(disks::add);
            }
        }
        return disks;
    }
}
