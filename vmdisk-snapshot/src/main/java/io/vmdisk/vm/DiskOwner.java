package io.vmdisk.vm;

import io.vmdisk.vmx.DeviceNode;
import java.nio.file.Path;

/** Who names a disk. */
public sealed interface DiskOwner {
    /** The machine's present state, at this place. */
    record Active(DeviceNode node) implements DiskOwner {}

    /**
     * A snapshot.
     *
     * @param uid which
     * @param node where the machine had the disk, as the snapshot list spells it
     */
    record Frozen(long uid, String node) implements DiskOwner {}

    /** Another machine, or a snapshot of it. */
    record Foreign(Path configuration) implements DiskOwner {}
}
