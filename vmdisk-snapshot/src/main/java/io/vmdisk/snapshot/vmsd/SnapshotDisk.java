package io.vmdisk.snapshot.vmsd;

/**
 * A disk as a snapshot froze it.
 *
 * @param node where the machine has it: {@code scsi0:0}
 * @param fileName its descriptor, as the list names it: relative to the machine's folder, or absolute
 * @since 0.1
 */
public record SnapshotDisk(String node, String fileName) {}
