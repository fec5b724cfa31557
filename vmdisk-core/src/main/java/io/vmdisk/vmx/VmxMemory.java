package io.vmdisk.vmx;

import java.util.OptionalLong;

/**
 * A machine's memory.
 *
 * @param mib its size in MiB; 32 if not set
 * @param hotAdd whether memory may be added while the machine runs
 * @param reservationMib how many MiB the host reserves; 0 if not set
 * @param limitMib how many MiB the host gives at most; empty for no limit
 * @param pinned whether all of it is locked in the host's memory
 * @param swapFile the file that the host swaps it to; empty if there is none yet
 * @since 0.1
 */
public record VmxMemory(
        long mib, boolean hotAdd, long reservationMib, OptionalLong limitMib, boolean pinned, String swapFile) {
    /** {@return whether the host reserves all of it} */
    public boolean isFullyReserved() {
        return pinned || reservationMib >= mib;
    }
}
