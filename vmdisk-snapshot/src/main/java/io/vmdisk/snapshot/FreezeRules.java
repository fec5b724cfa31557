package io.vmdisk.snapshot;

import io.vmdisk.LimitExceededException;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.descriptor.CreateType;
import io.vmdisk.machine.model.VmDisk;
import io.vmdisk.snapshot.vmsd.SnapshotTree;
import io.vmdisk.vm.DiskNode;
import io.vmdisk.vm.VirtualMachine;
import io.vmdisk.vmx.VmxController;
import io.vmdisk.vmx.VmxDisk;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What VMware's products ask of a machine before its disks may freeze. What they refuse is refused here, for the same
 * reasons; each rule names the fault of the vSphere API or the article that it comes from.
 */
public final class FreezeRules {
    private final VirtualMachine machine;
    private final VmxFile vmx;

    /** The rules for one machine. */
    public FreezeRules(VirtualMachine machine) {
        this.machine = machine;
        this.vmx = machine.configuration();
    }

    /**
     * Refuses disks that several machines may write: what one of them freezes the others go on changing. vSphere's fault is
     * SnapshotIncompatibleDeviceInVm ("for instance, if a virtual machine uses ... a shared bus controller"); disks with
     * {@code sharing = "multi-writer"} are in Broadcom KB 1034165.
     */
    public void requireUnshared() throws UnsafeStateException {
        for (VmxController controller : vmx.devices().controllers()) {
            if (controller.isShared()) {
                throw new UnsafeStateException(
                        "shared-bus",
                        configuration(),
                        controller.name() + " shares its bus (" + controller.sharing()
                                + "): other machines write its disks, so they can't be frozen",
                        "detach the cluster's disks first, or back them up in the guest");
            }
        }
        for (VmxDisk disk : vmx.devices().disks()) {
            if (disk.multiWriter() && !disk.mode().isIndependent()) {
                throw new UnsafeStateException(
                        "multi-writer",
                        configuration(),
                        "the disk at " + disk.node() + " may be written by several machines, so it can't be frozen",
                        Remedy.say("make it independent so that snapshots leave it out: ")
                                .with(
                                        Kind.SET_KEY,
                                        configuration(),
                                        disk.node().key("mode"),
                                        "independent-persistent"));
            }
        }
    }

    /**
     * Refuses to save memory beside disks that go on: a guest that resumes trusts what it remembers of their file systems.
     * vSphere's fault is MemorySnapshotOnIndependentDisk.
     */
    void requireMemoryOfAllDisks() throws IOException {
        Optional<String> free = goingOn();
        if (free.isPresent()) {
            throw new UnsafeStateException(
                    "independent-disk",
                    configuration(),
                    "the disk at " + free.get()
                            + " takes no part in snapshots: it would go on while the memory counts on" + " it as it is",
                    Remedy.say("take the snapshot without ").with(Kind.MEMORY).and(", or make the disk persistent"));
        }
    }

    private Optional<String> goingOn() throws IOException {
        for (VmDisk disk : machine.folder().disks()) {
            Optional<DiskNode> active = machine.active(disk.device().node());
            boolean device = active.isPresent()
                    && active.get().link().descriptor().createType() == CreateType.PASSTHROUGH_RAW_DEVICE_MAP;
            if (disk.device().mode().isIndependent() || device) {
                return Optional.of(disk.device().node().toString());
            }
        }
        return Optional.empty();
    }

    /** Refuses a chain whose links differ in size, which no product opens: Broadcom KB 1007969. */
    public void requireOneCapacity(DiskNode top) throws UnsafeStateException {
        List<DiskNode> chain = machine.disks().chain(top);
        for (int i = 1; i < chain.size(); i++) {
            DiskNode child = chain.get(i - 1);
            DiskNode parent = chain.get(i);
            if (child.link().capacity() != parent.link().capacity()) {
                throw new UnsafeStateException(
                        "capacity",
                        child.path(),
                        "it has " + child.link().capacity() + " bytes, but " + parent.name() + " below it has "
                                + parent.link().capacity() + ": no product opens such a chain",
                        Remedy.of(Kind.REPAIR_DESCRIPTOR, configuration())
                                .and(" gives a base its size back that was grown under its links"));
            }
        }
    }

    /**
     * Refuses a snapshot more than the host or the owner allows: vSphere's fault TooManySnapshotLevels, and the keys {@code
     * snapshot.maxSnapshots} and {@code snapshot.disabled}.
     */
    void requireRoomInTree() throws IOException {
        if (vmx.dictionary().flag("snapshot.disabled").orElse(false)) {
            throw new UnsafeStateException(
                    "snapshots-disabled",
                    configuration(),
                    "its configuration forbids snapshots: snapshot.disabled",
                    Remedy.of(Kind.UNSET_KEY, configuration(), "snapshot.disabled")
                            .and(" allows them"));
        }
        SnapshotTree tree = machine.snapshots();
        OptionalLong most = vmx.dictionary().number("snapshot.maxSnapshots");
        int count = tree.snapshots().size();
        if (most.isPresent() && most.getAsLong() >= 0 && count >= most.getAsLong()) {
            throw new LimitExceededException(
                    "snapshots",
                    configuration(),
                    "it has " + count + " snapshots, and snapshot.maxSnapshots allows " + most.getAsLong(),
                    Remedy.say("delete one first, or ")
                            .with(Kind.SET_KEY, configuration(), "snapshot.maxSnapshots", String.valueOf(count + 1)));
        }
        int levels = new SnapshotLevels(machine).ofPresent();
        if (levels >= SnapshotLevels.MOST) {
            throw new LimitExceededException(
                    "snapshot-levels",
                    configuration(),
                    "it stands on " + levels + " levels of snapshots, and hosts open " + SnapshotLevels.MOST
                            + " at most",
                    Remedy.of(Kind.DELETE_SNAPSHOT, configuration())
                            .and(" or ")
                            .with(Kind.CONSOLIDATE, configuration())
                            .and(" takes one away"));
        }
    }

    private Path configuration() {
        return vmx.file().orElse(machine.path());
    }
}
