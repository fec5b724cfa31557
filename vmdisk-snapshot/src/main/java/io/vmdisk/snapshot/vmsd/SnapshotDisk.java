package io.vmdisk.snapshot.vmsd;

import org.jspecify.annotations.Nullable;

/**
 * A disk as a snapshot froze it.
 *
 * @param node its device in the machine, such as {@code scsi0:0}
 * @param fileName its descriptor, as the list names it: relative to the machine's folder, or absolute
 * @since 0.1
 */
public record SnapshotDisk(String node, String fileName) {
    // By hand, like hashCode: a record's own are linked at run time, which every short command would wait for.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SnapshotDisk that && node.equals(that.node) && fileName.equals(that.fileName);
    }

    @Override
    public int hashCode() {
        return 31 * node.hashCode() + fileName.hashCode();
    }
}
