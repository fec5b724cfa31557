package io.vmdisk.storage;

/**
 * What a lock on a file keeps others from.
 *
 * @since 0.1
 */
public enum Hold {
    /**
     * Others may hold it too, as long as nobody holds it exclusively: for files that are read and must stay as they
     * are.
     */
    SHARED,
    /** Nobody else may hold it: for files that are changed. */
    EXCLUSIVE
}
