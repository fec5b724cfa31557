package io.vmdisk.extent;

/** Whether the disk that an extent belongs to stands on another. */
public enum LinkRole {
    /** It stands alone: what it does not hold reads as zeros. */
    BASE,
    /** It stands on a parent, which answers for what it does not hold. */
    DELTA;

    /** The role of a disk that has a parent, or has none. */
    public static LinkRole of(boolean hasParent) {
        return hasParent ? DELTA : BASE;
    }
}
