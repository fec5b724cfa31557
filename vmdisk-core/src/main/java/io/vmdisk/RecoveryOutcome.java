package io.vmdisk;

/**
 * What the recovery of an interrupted operation did.
 *
 * @since 0.1
 */
public enum RecoveryOutcome {
    /** There was nothing to recover. */
    NOTHING,
    /** The operation had not been committed: everything that it made is gone. */
    UNDONE,
    /** The operation is done. */
    FINISHED
}
