package io.vmdisk.snapshot;

import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.machine.model.VmDisk;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.snapshot.vmsd.SnapshotDisk;
import io.vmdisk.vm.VmFolder;
import io.vmdisk.vmx.FileReference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A disk of a machine at a point in time: now, or as a snapshot froze it. Opening it reads its state at that time, since
 * what was written later went to links on top.
 *
 * @param node where the machine has it: {@code scsi0:0}
 * @param snapshot what froze it; empty for the present state
 * @param file its descriptor; an attacker's path until it is opened as a disk
 * @param name {@code scsi0:0} or {@code scsi0:0@SNAPSHOT}; a snapshot is called by its uid where its name is not its alone
 * @since 0.1
 */
public record DiskPoint(String node, Optional<Snapshot> snapshot, Path file, String name) {
    private static final int LONGEST_NAME = 200;

    /** All that a machine has: the present state first, then the snapshots in the order they were taken. */
    public static List<DiskPoint> of(VmFolder machine) {
        List<DiskPoint> points = new ArrayList<>();
        for (VmDisk disk : machine.disks()) {
            String node = disk.device().node().toString();
            disk.path()
                    .ifPresent(file -> points.add(new DiskPoint(node, Optional.empty(), machine.actual(file), node)));
        }
        Set<String> taken = new HashSet<>();
        Set<String> shared = new HashSet<>();
        for (Snapshot snapshot : machine.snapshots().snapshots()) {
            if (!taken.add(snapshot.name())) {
                shared.add(snapshot.name());
            }
        }
        Set<String> names = new HashSet<>();
        for (Snapshot snapshot : machine.snapshots().snapshots()) {
            String called = isPlain(snapshot.name()) && !shared.contains(snapshot.name())
                    ? snapshot.name()
                    : "uid:" + snapshot.uid();
            for (SnapshotDisk disk : snapshot.disks()) {
                String name = disk.node() + "@" + called;
                Optional<Path> file = FileReference.of(disk.fileName()).place(machine.folder());
                if (file.isPresent() && names.add(name)) {
                    points.add(new DiskPoint(disk.node(), Optional.of(snapshot), machine.actual(file.get()), name));
                }
            }
        }
        return List.copyOf(points);
    }

    /**
     * Those of one time.
     *
     * @param snapshot a name, a uid, or a path of names; empty for the present state
     */
    public static List<DiskPoint> at(VmFolder machine, Optional<String> snapshot) throws IOException {
        Optional<Snapshot> wanted = snapshot.isEmpty()
                ? Optional.empty()
                : Optional.of(machine.snapshots().select(snapshot.get()));
        return of(machine).stream()
                .filter(point -> point.snapshot().equals(wanted))
                .toList();
    }

    /**
     * One disk at one time.
     *
     * @param snapshot as for {@link #at}
     * @param node where the machine has it; empty if it has only one
     * @throws UnsafeStateException if there is none, or nothing tells which is meant
     */
    public static DiskPoint only(VmFolder machine, Optional<String> snapshot, Optional<String> node)
            throws IOException {
        List<DiskPoint> disks = at(machine, snapshot);
        List<DiskPoint> meant = disks.stream()
                .filter(disk -> node.isEmpty() || disk.node().equalsIgnoreCase(node.get()))
                .toList();
        if (meant.size() == 1) {
            return meant.get(0);
        }
        String problem = node.map(place -> "there was no disk at " + place)
                .orElse(disks.isEmpty() ? "it had no disk" : "it had " + disks.size() + " disks");
        String places = String.join(", ", disks.stream().map(DiskPoint::node).toList());
        throw new UnsafeStateException(
                "which-disk",
                machine.configuration().file().orElse(machine.folder()),
                problem + (places.isEmpty() ? "" : ": " + places),
                disks.isEmpty()
                        ? Remedy.NONE
                        : Remedy.say("say which: ").with(Kind.DISK, disks.get(0).node()));
    }

    private static boolean isPlain(String name) {
        return !name.isEmpty()
                && name.length() <= LONGEST_NAME
                && name.codePoints().noneMatch(Character::isISOControl)
                && !name.startsWith("uid:");
    }
}
