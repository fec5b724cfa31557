package io.vmdisk.clone;

import io.vmdisk.vm.DiskNode;
import io.vmdisk.vmx.DeviceNode;

/**
 * A disk of the state that a clone is made from.
 *
 * @param place where the machine has it
 * @param disk its file
 * @param sharing whether a clone may lie on it
 */
record SourceDisk(DeviceNode place, DiskNode disk, Sharing sharing) {
    /** Whether a clone may lie on a disk. */
    enum Sharing {
        /** A snapshot froze it, or is going to. */
        FROZEN,
        /** The source goes on writing to it, so a clone has a copy. */
        WRITTEN
    }
}
