package io.vmdisk.transfer;

/** How disks are cut for bulk work. */
final class Chunk {
    /** Large enough that a call's cost vanishes, small enough to stay in a core's cache. */
    static final int BYTES = 1 << 20;

    private Chunk() {}
}
