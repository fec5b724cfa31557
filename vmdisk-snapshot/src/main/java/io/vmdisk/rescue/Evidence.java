package io.vmdisk.rescue;

import io.vmdisk.VmdiskException;
import io.vmdisk.machine.model.FileOwner;
import io.vmdisk.machine.model.FileRole;
import io.vmdisk.machine.model.VmFile;
import io.vmdisk.snapshot.vmsn.Checkpoint;
import io.vmdisk.snapshot.vmsn.CheckpointSummary;
import io.vmdisk.storage.Volume;
import io.vmdisk.vm.DiskNode;
import io.vmdisk.vm.VirtualMachine;
import io.vmdisk.vmx.DeviceNode;
import io.vmdisk.vmx.VmxDisk;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a snapshot's checkpoint file tells of the snapshot.
 *
 * @param uid the number in its name
 * @param file the {@code .vmsn}
 * @param taken its last change; nothing changes it later
 * @param memory whether a running machine's state is in it
 * @param disks the disks that the configuration inside names, as far as they are there; names of that day, which merges
 *     have made wrong since, perhaps
 */
record Evidence(long uid, Path file, Instant taken, boolean memory, Map<DeviceNode, DiskNode> disks) {
    private static final Pattern NAME = Pattern.compile("(?i).*-Snapshot([1-9][0-9]{0,8})\\.vmsn");

    /** The checkpoints in a machine's folder that are its own or nobody's, by uid; of two with one uid the first. */
    static List<Evidence> of(VirtualMachine machine) throws IOException {
        List<Evidence> found = new ArrayList<>();
        for (VmFile file : machine.folder().files(FileRole.SNAPSHOT_CHECKPOINT)) {
            Matcher name = NAME.matcher(String.valueOf(file.path().getFileName()));
            boolean own = file.owner().kind() != FileOwner.Kind.OTHER_MACHINE;
            if (own && name.matches()) {
                long uid = Long.parseLong(name.group(1));
                if (found.stream().noneMatch(other -> other.uid == uid)) {
                    found.add(read(uid, file, machine));
                }
            }
        }
        found.sort(Comparator.comparingLong(Evidence::uid));
        return List.copyOf(found);
    }

    private static Evidence read(long uid, VmFile file, VirtualMachine machine) throws IOException {
        Volume volume = machine.volume();
        Map<DeviceNode, DiskNode> disks = new TreeMap<>();
        boolean memory = false;
        try (Checkpoint checkpoint = Checkpoint.open(file.path(), volume)) {
            memory = checkpoint.summary().memory() != CheckpointSummary.MemoryLocation.NONE;
            Optional<VmxFile> configuration = checkpoint.configuration();
            if (configuration.isPresent()) {
                for (VmxDisk disk : configuration.get().devices().disks()) {
                    Optional<Path> path = disk.file().place(machine.path());
                    if (path.isPresent()) {
                        machine.disks().find(path.get()).ifPresent(node -> disks.put(disk.node(), node));
                    }
                }
            }
        } catch (VmdiskException e) {
            // A checkpoint that can't be read still has its number and its time.
        }
        return new Evidence(uid, file.path(), file.modified(), memory, disks);
    }
}
