package io.vmdisk.snapshot.vmsd;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One snapshot of a list.
 *
 * @param uid its identity, from 1; never used twice
 * @param index the number of its block, from 0; it may change with each edit
 * @param parent the uid of the snapshot it was taken on; empty for a root
 * @param name as people gave it; not unique, any text
 * @param description empty if there is none
 * @param created when it was taken; empty if that is not known
 * @param type the value of the key; {@code 1} marks a snapshot of a running machine; empty if the key is not there
 * @param checkpointFile the {@code .vmsn}, as the list names it; empty if it names none; not to be trusted, because
 *     anybody may have written it
 * @param disks the frozen disks, in the order of the list
 * @param clones the {@code .vmx} files of linked clones that depend on it; some may not exist any more
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

    /**
     * Copies the lists.
     *
     * @param uid its identity
     * @param index the number of its block
     * @param parent empty for a root
     * @param name any text
     * @param description empty if there is none
     * @param created empty if that is not known
     * @param type empty if the key is not there
     * @param checkpointFile empty if the list names none
     * @param disks is copied
     * @param clones is copied
     */
    public Snapshot {
        disks = List.copyOf(disks);
        clones = List.copyOf(clones);
    }

    /** {@return whether it holds the memory and devices of a running machine} */
    public boolean memory() {
        return type.map(RUNNING::equals).orElse(false);
    }

    /**
     * {@return the frozen disk of a device; empty if it froze none there}
     *
     * @param node such as {@code scsi0:0}, in upper or lower case
     */
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
