package io.vmdisk.machine.model;

import java.util.List;

/**
 * A state and what speaks for it.
 *
 * @param state the state
 * @param reasons facts, each a clause; empty for {@link PowerState#OFF}
 * @since 0.1
 */
public record PowerVerdict(PowerState state, List<String> reasons) {
    /** Copies the list. */
    public PowerVerdict {
        reasons = List.copyOf(reasons);
    }

    /** Whether disks may be changed without anybody's word: only when it is off, tidy or not. */
    public boolean allowsChanges() {
        return state == PowerState.OFF || state == PowerState.CONSOLIDATION_NEEDED;
    }
}
