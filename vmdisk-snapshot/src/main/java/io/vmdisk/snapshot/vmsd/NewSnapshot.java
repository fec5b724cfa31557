package io.vmdisk.snapshot.vmsd;

import java.time.Instant;
import java.util.List;

/**
 * What the list says of a snapshot to be added; uid and parent follow from the list.
 *
 * @param name any text
 * @param description empty for none
 * @param created when it was taken; stored in microseconds
 * @param state what of the machine it holds
 * @param checkpointFile the {@code .vmsn}; empty for none
 * @param disks the disks it freezes
 * @since 0.1
 */
public record NewSnapshot(
        String name,
        String description,
        Instant created,
        State state,
        String checkpointFile,
        List<SnapshotDisk> disks) {
    /** What of the machine a snapshot holds. */
    public enum State {
        /** Disks and configuration. */
        POWERED_OFF,
        /** Memory and devices of the running machine too. */
        RUNNING
    }

    /** Copies the list. */
    public NewSnapshot {
        disks = List.copyOf(disks);
    }
}
