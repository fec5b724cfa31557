package io.vmdisk.disk.make;

/** When a new thick disk gets its space. */
public enum Reserve {
    /** While it is empty: want of room shows before anything is copied. */
    FIRST,
    /** When its data is there, for what that has left without space: it may share some of it with other files. */
    LAST
}
