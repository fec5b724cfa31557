package io.vmdisk.machine.model;

/**
 * What a machine's files tell of its state; the first that fits.
 *
 * @since 0.1
 */
public enum PowerState {
    /** It runs, or something holds its files. */
    RUNNING,
    /** A run ended without tidying up, or runs where it can't be seen. */
    CRASHED,
    /** An operation on its snapshots did not end. Reading is safe; new changes wait until it is ended. */
    MID_OPERATION,
    /** Its memory is saved, and its disks must stay as they are until it resumes. */
    SUSPENDED,
    /** Its configuration names a checkpoint that is gone or has been resumed. */
    SUSPEND_BROKEN,
    /** Off, with links in use that no snapshot owns: it may be used, and consolidation tidies it up. */
    CONSOLIDATION_NEEDED,
    /** Off. */
    OFF,
    /** Its configuration is encrypted, so nothing is proven. */
    UNKNOWN
}
