package io.vmdisk.snapshot;

import io.vmdisk.disk.DiskFormat;
import java.time.Instant;
import java.util.Optional;

/**
 * A snapshot to be taken.
 *
 * @param name any text
 * @param description empty for none
 * @param taken its time in the list
 * @param memory whether a suspended machine's memory is part of it
 * @param delta the format of the new links; empty for what the machine's product would choose
 */
public record SnapshotRequest(
        String name, String description, Instant taken, Memory memory, Optional<DiskFormat> delta) {
    /** Whether memory is part of a snapshot. */
    public enum Memory {
        /** Disks, configuration and firmware variables. */
        NONE,
        /** Also the memory and devices that a suspended machine saved. */
        SUSPENDED
    }

    /** A snapshot of disks and configuration. */
    public static SnapshotRequest of(String name, Instant taken) {
        return new SnapshotRequest(name, "", taken, Memory.NONE, Optional.empty());
    }

    /** With a description. */
    public SnapshotRequest withDescription(String text) {
        return new SnapshotRequest(name, text, taken, memory, delta);
    }

    /** With the memory of the suspended machine. */
    public SnapshotRequest withMemory() {
        return new SnapshotRequest(name, description, taken, Memory.SUSPENDED, delta);
    }

    /** With new links of this format. */
    public SnapshotRequest withDelta(DiskFormat format) {
        return new SnapshotRequest(name, description, taken, memory, Optional.of(format));
    }
}
