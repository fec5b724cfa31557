package io.vmdisk.clone;

import io.vmdisk.disk.DiskFormat;
import io.vmdisk.vmx.CloneIdentity;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Clones to be made of one machine, all from the same state. Begin with {@link #full}, {@link #linked} or {@link
 * #instant}; each {@code with…} gives a changed copy.
 *
 * @param kind what they share with their source
 * @param snapshot the uid of the snapshot they are made from; empty for the present state
 * @param format of their disks, copied or linked; empty for what fits the source's
 * @param macs what becomes of the addresses of network adapters
 * @param ports what becomes of serial and parallel ports
 * @param machines the clones
 */
public record CloneRequest(
        Kind kind,
        OptionalLong snapshot,
        Optional<DiskFormat> format,
        CloneIdentity.Macs macs,
        Ports ports,
        List<NewMachine> machines) {
    /** What a clone shares with its source. */
    public enum Kind {
        /** Nothing. */
        FULL,
        /** The disks that a snapshot froze; it writes to links of its own. */
        LINKED,
        /** The same, and it goes on with a copy of the memory. */
        INSTANT
    }

    /** Copies the list, which names one clone at least. */
    public CloneRequest {
        machines = List.copyOf(machines);
        if (machines.isEmpty() || (kind == Kind.LINKED && snapshot.isEmpty())) {
            throw new IllegalArgumentException("clones need a name, linked ones a snapshot");
        }
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
}
