package io.vmdisk.vmx;

import java.util.OptionalLong;

/**
 * A machine's memory.
 *
 * @param mib its size
 * @param hotAdd whether memory may be added while it runs
 * @param reservationMib what the host holds ready
 * @param limitMib what the host gives at most; empty for no limit
 * @param pinned whether all of it is locked
 * @param swapFile where the host swaps it to, empty if not placed yet
 * @since 0.1
 */
public record VmxMemory(
        long mib, boolean hotAdd, long reservationMib, OptionalLong limitMib, boolean pinned, String swapFile) {
    /** Whether the host holds all of it ready. */
    public boolean isFullyReserved() {
        return pinned || reservationMib >= mib;
    }
}
