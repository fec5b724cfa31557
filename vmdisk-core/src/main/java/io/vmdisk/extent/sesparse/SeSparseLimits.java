package io.vmdisk.extent.sesparse;

/** Where numbers of an SEsparse file stop being believed, each with the sum that says why. */
final class SeSparseLimits {
    /**
     * 64 TiB in sectors. A host makes disks of up to 62 TiB; 64 TiB is the next power of two, and keeps the directory at
     * 2^37 / 32768 = 4 Mi entries of 8 bytes, 32 MiB.
     */
    static final long MAX_CAPACITY_SECTORS = 1L << 37;

    /**
     * 128 TiB in sectors. Metadata is 0.4 % of the capacity, so a file of a full 64 TiB disk ends far below; as bytes it is
     * 2^47, so that adding any two positions can't overflow.
     */
    static final long MAX_FILE_SECTORS = 1L << 38;

    /** 64 TiB in sectors: the largest file VMFS holds, and so what metadata and grains of a new file must fit into. */
    static final long MAX_NEW_FILE_SECTORS = 1L << 37;

    /**
     * 2^28 grains, 1 TiB of stored data: space that became free below this point of the grains region is remembered, one
     * bit for each grain, so in 32 MiB; above it new grains go to the file's end.
     */
    static final long MAX_TRACKED_GRAINS = 1L << 28;

    /** 16 MiB for what is held of the free bitmap, and the same of the back map, before the oldest page is written. */
    static final int MAX_CACHED_PAGES = 256;

    /** 1000 findings of one file; whoever has more has lost the file anyway, and memory stays bounded. */
    static final int MAX_FINDINGS = 1000;

    private SeSparseLimits() {}
}
