package io.vmdisk.machine.model;

import io.vmdisk.disk.DiskFormat;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot to be taken.
 *
 * <p>Immutable, and so safe for many threads.
 *
 * @since 0.1
 */
public final class SnapshotRequest {
    /** Whether memory is part of a snapshot. */
    public enum Memory {
        /** Only disks, configuration and firmware variables. */
        NONE,
        /** Also the memory and devices that a suspended machine saved. */
        SUSPENDED
    }

    private final String name;
    private final String description;
    private final Instant taken;
    private final Memory memory;
    private final Optional<DiskFormat> delta;

    private SnapshotRequest(String name, String description, Instant taken, Memory memory, Optional<DiskFormat> delta) {
        this.name = name;
        this.description = description;
        this.taken = taken;
        this.memory = memory;
        this.delta = delta;
    }

    /**
     * {@return a request for a snapshot of disks and configuration}
     *
     * @param name any text
     * @param taken its time in the list
     */
    public static SnapshotRequest of(String name, Instant taken) {
        return new SnapshotRequest(name, "", taken, Memory.NONE, Optional.empty());
    }

    /**
     * {@return this request with a description}
     *
     * @param text any; empty for none
     */
    public SnapshotRequest withDescription(String text) {
        return new SnapshotRequest(name, text, taken, memory, delta);
    }

    /** {@return this request with the memory of the suspended machine} */
    public SnapshotRequest withMemory() {
        return new SnapshotRequest(name, description, taken, Memory.SUSPENDED, delta);
    }

    /**
     * {@return this request with another format of the new links}
     *
     * @param format one that can be a link of the machine's disks
     */
    public SnapshotRequest withDelta(DiskFormat format) {
        return new SnapshotRequest(name, description, taken, memory, Optional.of(format));
    }

    /** {@return the snapshot's name, any text} */
    public String name() {
        return name;
    }

    /** {@return the description; empty for none} */
    public String description() {
        return description;
    }

    /** {@return its time in the list} */
    public Instant taken() {
        return taken;
    }

    /** {@return whether a suspended machine's memory is part of it} */
    public Memory memory() {
        return memory;
    }

    /** {@return the format of the new links; empty for the one that the machine's product would choose} */
    public Optional<DiskFormat> delta() {
        return delta;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SnapshotRequest that
                && name.equals(that.name)
                && description.equals(that.description)
                && taken.equals(that.taken)
                && memory.equals(that.memory)
                && delta.equals(that.delta);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, description, taken, memory, delta);
    }

    @Override
    public String toString() {
        return "SnapshotRequest[" + "name=" + name + ", description=" + description + ", taken=" + taken + ", memory="
                + memory + ", delta=" + delta + "]";
    }
}
