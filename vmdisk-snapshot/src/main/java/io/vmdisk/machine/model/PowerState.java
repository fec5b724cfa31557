package io.vmdisk.machine.model;

/**
 * The state of a machine as its files show it. Where several values fit, the first one counts.
 *
 * @since 0.1
 */
public enum PowerState {
    /** It runs, or something holds its files. */
    RUNNING,
    /** A run did not end in order, or the machine runs where that can't be seen. */
    CRASHED,
    /** An operation on its snapshots did not end. Reading is safe; new changes wait until it has ended. */
    MID_OPERATION,
    /** Its memory is saved, and its disks must stay as they are until it resumes. */
    SUSPENDED,
    /** Its configuration names a checkpoint that does not exist or has been resumed. */
    SUSPEND_BROKEN,
    /** Off, with links in use that no snapshot owns. It may be used; consolidation merges them. */
    CONSOLIDATION_NEEDED,
    /** Off. */
    OFF,
    /** Its configuration is encrypted, so nothing is certain. */
    UNKNOWN
}
