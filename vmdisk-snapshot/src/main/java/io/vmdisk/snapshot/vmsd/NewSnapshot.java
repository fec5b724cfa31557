package io.vmdisk.snapshot.vmsd;

import java.time.Instant;
import java.util.List;

/**
 * What the list is to say about a snapshot to be added; its uid and its parent follow from the list.
 *
 * @param name any text
 * @param description empty for none
 * @param created when it was taken; stored in microseconds
 * @param state which part of the machine it holds
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
    /** Which part of the machine a snapshot holds. */
    public enum State {
        /** Disks and configuration. */
        POWERED_OFF,
        /** Also the memory and the devices of the running machine. */
        RUNNING
    }

    /**
     * Copies the list.
     *
     * @param name any text
     * @param description empty for none
     * @param created when it was taken
     * @param state which part of the machine it holds
     * @param checkpointFile empty for none
     * @param disks is copied
     */
    public NewSnapshot {
        disks = List.copyOf(disks);
    }
}
