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

    /** 16 MiB; a host's journal has 1 MiB. What is longer would take long to clear, and belongs to nothing known. */
    static final long MAX_JOURNAL_SECTORS = 32768;

    /** 16 MiB of the free bitmap in memory, and the same of the back map, in pages of 64 KiB. */
    static final int MAX_CACHED_PAGES = 256;

    /** A million stretches of free space, 16 MiB each for what is free and what was freed; more is not reused. */
    static final int MAX_FREE_SPANS = 1 << 20;

    /** Stored grains that one pass of a check looks at: 512 GiB of data, a bit for each, 16 MiB. */
    static final int PASS_GRAINS = 1 << 27;

    private SeSparseLimits() {}
}
