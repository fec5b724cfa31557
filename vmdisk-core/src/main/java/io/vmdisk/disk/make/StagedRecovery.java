package io.vmdisk.disk.make;

/** What became of disks whose making was cut off by a crash. */
public enum StagedRecovery {
    /** There was none, or another vmdisk is at work on it. */
    NOTHING,
    /** What there was of them is gone. */
    REMOVED,
    /** At least one was complete, and now has its name. */
    NAMED
}
