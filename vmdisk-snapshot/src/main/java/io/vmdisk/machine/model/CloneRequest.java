package io.vmdisk.machine.model;

import io.vmdisk.disk.DiskFormat;
import io.vmdisk.vmx.CloneIdentity;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Clones to be made of one machine, all from the same state. Begin with {@link #full}, {@link #linked} or {@link
 * #instant}; each {@code with…} gives a changed copy.
 *
 * <p>Immutable, and so safe for many threads.
 *
 * @since 0.1
 */
public final class CloneRequest {
    /** What a clone shares with its source. */
    public enum Kind {
        /** Nothing. */
        FULL,
        /** The disks that a snapshot froze; it writes to links of its own. */
        LINKED,
        /** The same, and it goes on with a copy of the memory. */
        INSTANT
    }

    private final Kind kind;
    private final OptionalLong snapshot;
    private final Optional<DiskFormat> format;
    private final CloneIdentity.Macs macs;
    private final Ports ports;
    private final List<NewMachine> machines;

    private CloneRequest(
            Kind kind,
            OptionalLong snapshot,
            Optional<DiskFormat> format,
            CloneIdentity.Macs macs,
            Ports ports,
            List<NewMachine> machines) {
        machines = List.copyOf(machines);
        if (machines.isEmpty() || (kind == Kind.LINKED && snapshot.isEmpty())) {
            throw new IllegalArgumentException("clones need a name, linked ones a snapshot");
        }
        this.kind = kind;
        this.snapshot = snapshot;
        this.format = format;
        this.macs = macs;
        this.ports = ports;
        this.machines = machines;
    }

    /** Clones of the present state that share nothing with their source. */
    public static CloneRequest full(List<NewMachine> machines) {
        return of(Kind.FULL, OptionalLong.empty(), machines);
    }

    /** Clones that lie on a snapshot's disks. */
    public static CloneRequest linked(long snapshot, List<NewMachine> machines) {
        return of(Kind.LINKED, OptionalLong.of(snapshot), machines);
    }

    /** Clones that go on where a suspended machine stopped. */
    public static CloneRequest instant(List<NewMachine> machines) {
        return of(Kind.INSTANT, OptionalLong.empty(), machines);
    }

    private static CloneRequest of(Kind kind, OptionalLong snapshot, List<NewMachine> machines) {
        return new CloneRequest(kind, snapshot, Optional.empty(), CloneIdentity.Macs.FRESH, Ports.OWN, machines);
    }

    /** From a snapshot. */
    public CloneRequest withSnapshot(long uid) {
        return new CloneRequest(kind, OptionalLong.of(uid), format, macs, ports, machines);
    }

    /** With disks of this format. */
    public CloneRequest withFormat(DiskFormat other) {
        return new CloneRequest(kind, snapshot, Optional.of(other), macs, ports, machines);
    }

    /** With another rule for network addresses. */
    public CloneRequest withMacs(CloneIdentity.Macs other) {
        return new CloneRequest(kind, snapshot, format, other, ports, machines);
    }

    /** With another rule for ports. */
    public CloneRequest withPorts(Ports other) {
        return new CloneRequest(kind, snapshot, format, macs, other, machines);
    }

    /** What they share with their source. */
    public Kind kind() {
        return kind;
    }

    /** The uid of the snapshot they are made from; empty for the present state. */
    public OptionalLong snapshot() {
        return snapshot;
    }

    /** Of their disks, copied or linked; empty for what fits the source's. */
    public Optional<DiskFormat> format() {
        return format;
    }

    /** What becomes of the addresses of network adapters. */
    public CloneIdentity.Macs macs() {
        return macs;
    }

    /** What becomes of serial and parallel ports. */
    public Ports ports() {
        return ports;
    }

    /** The clones. */
    public List<NewMachine> machines() {
        return machines;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CloneRequest that
                && kind.equals(that.kind)
                && snapshot.equals(that.snapshot)
                && format.equals(that.format)
                && macs.equals(that.macs)
                && ports.equals(that.ports)
                && machines.equals(that.machines);
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, snapshot, format, macs, ports, machines);
    }

    @Override
    public String toString() {
        return "CloneRequest[" + "kind=" + kind + ", snapshot=" + snapshot + ", format=" + format + ", macs=" + macs
                + ", ports=" + ports + ", machines=" + machines + "]";
    }
}
