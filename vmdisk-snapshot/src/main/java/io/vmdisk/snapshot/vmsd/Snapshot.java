package io.vmdisk.snapshot.vmsd;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One snapshot of a list.
 *
 * @param uid its identity, never used twice
 * @param index which block it is; no identity
 * @param parent the uid of the snapshot it was taken on; empty for a root
 * @param name as people gave it; not unique, any text
 * @param description empty if there is none
 * @param created when it was taken, if known
 * @param type the key as it stands, if it does: {@code 1} marks a snapshot of a running machine
 * @param checkpointFile the {@code .vmsn}, as the list names it; empty if it names none. An attacker's path until checked
 * @param disks the frozen disks, in list order
 * @param clones the {@code .vmx} files of linked clones that hang on it; may be stale
 * @since 0.1
 */
public record Snapshot(
        long uid,
        int index,
        OptionalLong parent,
        String name,
        String description,
        Optional<Instant> created,
        Optional<String> type,
        Optional<String> checkpointFile,
        List<SnapshotDisk> disks,
        List<String> clones) {
    static final String RUNNING = "1";

    /** Copies the lists. */
    public Snapshot {
        disks = List.copyOf(disks);
        clones = List.copyOf(clones);
    }

    /** Whether it holds a running machine's memory and devices. */
    public boolean memory() {
        return type.map(RUNNING::equals).orElse(false);
    }

    /** The frozen disk at a node. */
    public Optional<SnapshotDisk> disk(String node) {
        return disks.stream().filter(disk -> disk.node().equalsIgnoreCase(node)).findFirst();
    }

    // By hand, like hashCode: a record's own are linked at run time, which every short command would wait for.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Snapshot that
                && uid == that.uid
                && index == that.index
                && parent.equals(that.parent)
                && name.equals(that.name)
                && description.equals(that.description)
                && created.equals(that.created)
                && type.equals(that.type)
                && checkpointFile.equals(that.checkpointFile)
                && disks.equals(that.disks)
                && clones.equals(that.clones);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * Long.hashCode(uid) + index) + parent.hashCode();
    }
}
