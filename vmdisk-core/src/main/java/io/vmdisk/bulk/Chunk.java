package io.vmdisk.bulk;

/** How disks are cut for bulk work. */
public final class Chunk {
    /** Large enough that a call's cost vanishes, small enough to stay in a core's cache. */
    public static final int BYTES = 1 << 20;

    private Chunk() {}
}
