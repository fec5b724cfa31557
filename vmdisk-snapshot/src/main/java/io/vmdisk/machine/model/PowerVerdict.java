package io.vmdisk.machine.model;

import java.util.List;

/**
 * A power state with its reasons.
 *
 * @param state the state
 * @param reasons the facts that show it, each a clause; empty for {@link PowerState#OFF}
 * @since 0.1
 */
public record PowerVerdict(PowerState state, List<String> reasons) {
    /**
     * Copies the list.
     *
     * @param state the state
     * @param reasons is copied
     */
    public PowerVerdict {
        reasons = List.copyOf(reasons);
    }

    /**
     * {@return whether disks may be changed without a consent: only if the machine is off, with or without links to
     * consolidate}
     */
    public boolean allowsChanges() {
        return state == PowerState.OFF || state == PowerState.CONSOLIDATION_NEEDED;
    }
}
