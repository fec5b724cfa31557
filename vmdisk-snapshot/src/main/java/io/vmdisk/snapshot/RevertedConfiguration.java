package io.vmdisk.snapshot;

import io.vmdisk.UnsafeStateException;
import io.vmdisk.VmdiskException;
import io.vmdisk.dictionary.Dictionary;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.snapshot.vmsn.Checkpoint;
import io.vmdisk.snapshot.vmsn.SnapshotPart;
import io.vmdisk.vm.VirtualMachine;
import io.vmdisk.vmx.DeviceNode;
import io.vmdisk.vmx.DiskMode;
import io.vmdisk.vmx.VmxDisk;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The configuration a machine has after the return to a snapshot: the snapshot's, but for what tells where the machine is
 * and who it is now. Without a readable checkpoint the present one stays, and only the disks change. For one thread.
 */
public final class RevertedConfiguration {
    /** Places and identities of today; file names too, since the machine may have been renamed. */
    private static final List<String> KEPT = List.of(
            "displayName",
            "uuid.location",
            "vc.uuid",
            "workingDir",
            "snapshot.redoNotWithParent",
            "sched.swap.derivedName",
            "nvram",
            "extendedConfigFile");

    private static final String RESUME = "checkpoint.vmState";
    private static final String RESUME_KEPT = "checkpoint.vmState.readOnly";

    private final VirtualMachine machine;
    private final Snapshot snapshot;
    private final Consumer<String> notes;
    private Optional<byte[]> configuration = Optional.empty();
    private Optional<byte[]> nvram = Optional.empty();

    /**
     * Reads the snapshot's checkpoint.
     *
     * @param notes gets what people should know
     */
    public RevertedConfiguration(VirtualMachine machine, Snapshot snapshot, Consumer<String> notes) throws IOException {
        this.machine = machine;
        this.snapshot = snapshot;
        this.notes = notes;
        readCheckpoint();
    }

    private void readCheckpoint() throws IOException {
        Optional<Path> file = machine.checkpoint(snapshot).filter(machine.volume()::exists);
        if (file.isPresent()) {
            try (Checkpoint checkpoint = Checkpoint.open(file.get(), machine.volume())) {
                configuration = checkpoint.part(SnapshotPart.CONFIGURATION);
                nvram = checkpoint.part(SnapshotPart.FIRMWARE_VARIABLES);
            } catch (VmdiskException e) {
                notes.accept("its checkpoint can't be read (" + e.problem() + ")");
            }
        }
        if (configuration.isEmpty()) {
            notes.accept("no configuration was saved with it: the present one stays, only the disks change");
        }
        if (nvram.isEmpty()) {
            notes.accept("no firmware variables were saved with it: the present ones stay");
        }
    }

    /** The firmware variables of the snapshot. */
    public Optional<byte[]> nvram() {
        return nvram;
    }

    /**
     * The configuration, with what it resumes from.
     *
     * @param links the new links, by place
     */
    VmxFile build(Map<DeviceNode, String> links) throws IOException {
        VmxFile vmx = withDisks(links);
        setResume(vmx);
        return vmx;
    }

    /**
     * The configuration with other disks in the place of those that the snapshot froze; independent ones are the present
     * ones.
     *
     * @param links the names of the disks, by place
     */
    public VmxFile withDisks(Map<DeviceNode, String> links) throws IOException {
        VmxFile present = machine.configuration();
        VmxFile vmx = configuration.isPresent() ? restored(configuration.get(), present) : present;
        for (VmxDisk disk : vmx.devices().disks()) {
            if (!links.containsKey(disk.node())) {
                keepDisk(vmx, present, disk);
            }
        }
        for (Map.Entry<DeviceNode, String> link : links.entrySet()) {
            boolean there =
                    vmx.devices().isPresent(link.getKey()) && vmx.devices().isDisk(link.getKey());
            if (there) {
                vmx.edit().setDiskFile(link.getKey(), link.getValue());
            } else {
                vmx.edit().addDisk(link.getKey(), link.getValue(), DiskMode.PERSISTENT);
                notes.accept("the disk at " + link.getKey()
                        + " is back in the configuration, since the snapshot list has it");
            }
        }
        return vmx;
    }

    private static VmxFile restored(byte[] text, VmxFile present) throws IOException {
        Dictionary keys = Dictionary.parse(text, present.file().orElse(null));
        for (String key : KEPT) {
            Optional<String> value = present.dictionary().get(key);
            if (value.isPresent()) {
                keys.set(key, value.get());
            } else {
                keys.remove(key);
            }
        }
        return VmxFile.of(keys);
    }

    /** A disk that no snapshot freezes: independent ones go on with their present file. */
    private void keepDisk(VmxFile vmx, VmxFile present, VmxDisk disk) throws IOException {
        Optional<VmxDisk> now = present.devices().disks().stream()
                .filter(other ->
                        other.node().equals(disk.node()) && other.mode().isIndependent())
                .findFirst();
        if (now.isPresent()) {
            vmx.edit().setDiskFile(disk.node(), now.get().file().text());
            return;
        }
        if (configuration.isEmpty()) {
            vmx.edit().removeDevice(disk.node());
            return;
        }
        boolean exists = disk.file()
                .resolve(machine.path())
                .filter(machine.volume()::exists)
                .isPresent();
        if (!disk.mode().isIndependent() || !exists) {
            throw new UnsafeStateException(
                    "disk-missing",
                    machine.configuration().file().orElse(null),
                    "the machine had the disk " + disk.file().text() + " at " + disk.node()
                            + " when the snapshot was taken, and "
                            + (exists ? "the list does not say what became of it" : "it is not there"),
                    "bring it back, or correct the list");
        }
    }

    private void setResume(VmxFile vmx) throws IOException {
        Dictionary keys = vmx.dictionary();
        Optional<Path> memory =
                snapshot.memory() ? machine.checkpoint(snapshot).filter(machine.volume()::exists) : Optional.empty();
        Optional<DeviceNode> independent = vmx.devices().disks().stream()
                .filter(disk -> disk.mode().isIndependent())
                .map(VmxDisk::node)
                .findFirst();
        if (memory.isPresent() && independent.isPresent()) {
            notes.accept(
                    "its memory is not resumed from: the independent disk at " + independent.get()
                            + " went on after the snapshot, and the memory counts on it as it was; the machine will start anew");
            memory = Optional.empty();
        } else if (memory.isEmpty() && snapshot.memory()) {
            notes.accept("its memory is gone: the machine will start anew");
        }
        if (memory.isPresent()) {
            keys.set(RESUME, machine.nameOf(memory.get()));
            keys.set(RESUME_KEPT, "TRUE");
            notes.accept("it will resume from " + memory.get().getFileName());
        } else {
            if (keys.contains(RESUME)) {
                keys.set(RESUME, "");
            }
            keys.remove(RESUME_KEPT);
        }
    }
}
