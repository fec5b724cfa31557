package io.vmdisk.storage;

/**
 * How a file is opened.
 *
 * @since 0.1
 */
public enum OpenMode {
    /** An existing file, for reading. */
    READ,
    /** An existing file, for reading and writing. */
    WRITE,
    /** A new file, for reading and writing, sparse where the file system can; fails if the name is taken. */
    CREATE
}
