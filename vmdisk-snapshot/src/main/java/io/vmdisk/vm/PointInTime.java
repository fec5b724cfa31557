package io.vmdisk.vm;

import io.vmdisk.UnsafeStateException;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.snapshot.vmsd.SnapshotDisk;
import io.vmdisk.storage.Volume;
import io.vmdisk.vmx.FileReference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The disks of a machine as they are, or as a snapshot froze them, by place. Opening a disk reads its state at that time,
 * since what was written later went to links on top.
 *
 * @param machine the configuration
 * @param disks their descriptors, by place: {@code scsi0:0}
 */
public record PointInTime(Path machine, Map<String, Path> disks) {
    /** Keeps the order. */
    public PointInTime {
        disks = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(disks));
    }

    /**
     * Looks it up.
     *
     * @param target a configuration or a folder
     * @param snapshot a name, a uid, or a path of names; empty for the present state
     */
    public static PointInTime of(Path target, Optional<String> snapshot, Volume volume) throws IOException {
        VmFolder folder = VmFolder.read(target, volume);
        Map<String, Path> disks = new LinkedHashMap<>();
        if (snapshot.isPresent()) {
            Snapshot point = folder.snapshots().select(snapshot.get());
            for (SnapshotDisk disk : point.disks()) {
                FileReference.of(disk.fileName())
                        .resolve(folder.folder())
                        .ifPresent(path -> disks.put(disk.node(), volume.actual(path)));
            }
        } else {
            for (VmDisk disk : folder.disks()) {
                disk.path().ifPresent(path -> disks.put(disk.device().node().toString(), path));
            }
        }
        return new PointInTime(folder.configuration().file().orElse(folder.folder()), disks);
    }

    /**
     * One of the disks.
     *
     * @param place where the machine has it; empty if it has only one
     * @throws UnsafeStateException if there is none, or nothing tells which is meant
     */
    public Path disk(Optional<String> place) throws UnsafeStateException {
        if (place.isPresent()) {
            for (Map.Entry<String, Path> disk : disks.entrySet()) {
                if (disk.getKey().equalsIgnoreCase(place.get())) {
                    return disk.getValue();
                }
            }
            throw unclear("there was no disk at " + place.get());
        }
        if (disks.size() != 1) {
            throw unclear(disks.isEmpty() ? "it had no disk" : "it had " + disks.size() + " disks");
        }
        return disks.values().iterator().next();
    }

    private UnsafeStateException unclear(String problem) {
        return new UnsafeStateException(
                "which-disk",
                machine,
                problem + (disks.isEmpty() ? "" : ": " + String.join(", ", disks.keySet())),
                "say which: --disk scsi0:0");
    }
}
