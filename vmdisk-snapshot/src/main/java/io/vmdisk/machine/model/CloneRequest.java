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
 * #instant}; each {@code with…} returns a changed copy.
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
        /** The disks of a snapshot; the clone writes to links of its own. */
        LINKED,
        /** The same disks; the clone continues with a copy of the memory. */
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

    /**
     * {@return a request for clones of the present state that share nothing with their source}
     *
     * @param machines the clones, at least one; an empty list is an {@link IllegalArgumentException}
     */
    public static CloneRequest full(List<NewMachine> machines) {
        return of(Kind.FULL, OptionalLong.empty(), machines);
    }

    /**
     * {@return a request for clones whose disks are links on a snapshot's disks}
     *
     * @param snapshot the uid of the snapshot
     * @param machines the clones, at least one; an empty list is an {@link IllegalArgumentException}
     */
    public static CloneRequest linked(long snapshot, List<NewMachine> machines) {
        return of(Kind.LINKED, OptionalLong.of(snapshot), machines);
    }

    /**
     * {@return a request for clones that continue where a suspended machine stopped}
     *
     * @param machines the clones, at least one; an empty list is an {@link IllegalArgumentException}
     */
    public static CloneRequest instant(List<NewMachine> machines) {
        return of(Kind.INSTANT, OptionalLong.empty(), machines);
    }

    private static CloneRequest of(Kind kind, OptionalLong snapshot, List<NewMachine> machines) {
        return new CloneRequest(kind, snapshot, Optional.empty(), CloneIdentity.Macs.FRESH, Ports.OWN, machines);
    }

    /**
     * {@return this request, from a snapshot in place of the present state}
     *
     * @param uid the uid of the snapshot
     */
    public CloneRequest withSnapshot(long uid) {
        return new CloneRequest(kind, OptionalLong.of(uid), format, macs, ports, machines);
    }

    /**
     * {@return this request with another format of the clones' disks}
     *
     * @param other of copies, or of the new links
     */
    public CloneRequest withFormat(DiskFormat other) {
        return new CloneRequest(kind, snapshot, Optional.of(other), macs, ports, machines);
    }

    /**
     * {@return this request with another rule for MAC addresses; without it all are generated anew}
     *
     * @param other the rule
     */
    public CloneRequest withMacs(CloneIdentity.Macs other) {
        return new CloneRequest(kind, snapshot, format, other, ports, machines);
    }

    /**
     * {@return this request with another rule for ports; without it {@link Ports#OWN}}
     *
     * @param other the rule
     */
    public CloneRequest withPorts(Ports other) {
        return new CloneRequest(kind, snapshot, format, macs, other, machines);
    }

    /** {@return what the clones share with their source} */
    public Kind kind() {
        return kind;
    }

    /** {@return the uid of the snapshot that the clones are made from; empty for the present state} */
    public OptionalLong snapshot() {
        return snapshot;
    }

    /** {@return the format of the clones' disks, copies or links; empty for one that fits those of the source} */
    public Optional<DiskFormat> format() {
        return format;
    }

    /** {@return what happens to the addresses of network adapters} */
    public CloneIdentity.Macs macs() {
        return macs;
    }

    /** {@return what happens to serial and parallel ports} */
    public Ports ports() {
        return ports;
    }

    /** {@return the clones, at least one; unmodifiable} */
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
