package io.vmdisk.extent.sesparse;

/**
 * The 64-bit entries of directory, grain tables and back map.
 *
 * <p>The top four bits are a kind. An index of a grain table entry is split: its low 12 bits stand in bits 48 to 59, the
 * rest in bits 0 to 47, as if it were (group of 4096 grains, place in the group); a back map entry has the same shape.
 * A decoder that overlooks the lower part is right for the first 16 MiB of grains and then wrong.
 */
final class SeSparseEntry {
    /** Directory and back map: nothing here. Grain table: the parent answers. */
    static final int NONE = 0;
    /** Directory and back map: in use. */
    static final int USED = 1;
    /** Grain table: the guest gave it back; reads as zeros. The index tells which grain it had and owns nothing. */
    static final int UNMAPPED = 1;
    /** Grain table: reads as zeros. */
    static final int ZERO = 2;
    /** Grain table: data in the stored grain of that index. */
    static final int DATA = 3;

    static final long UNALLOCATED_ENTRY = 0;
    static final long UNMAPPED_ENTRY = (long) UNMAPPED << 60;
    static final long ZERO_ENTRY = (long) ZERO << 60;

    private static final int KIND_SHIFT = 60;
    private static final int LOW_SHIFT = 48;
    private static final int LOW_BITS = 12;
    private static final long LOW_MASK = (1L << LOW_BITS) - 1;
    private static final long HIGH_MASK = (1L << LOW_SHIFT) - 1;
    private static final long PAYLOAD_MASK = (1L << KIND_SHIFT) - 1;
    private static final long TABLE_MASK = 0xFFFF_FFFFL;

    private SeSparseEntry() {}

    /** The kind, 0 to 15. */
    static int kind(long entry) {
        return (int) (entry >>> KIND_SHIFT);
    }

    /** Everything but the kind. */
    static long payload(long entry) {
        return entry & PAYLOAD_MASK;
    }

    /** The stored grain that a grain table entry names. */
    static long grain(long entry) {
        return entry >>> LOW_SHIFT & LOW_MASK | (entry & HIGH_MASK) << LOW_BITS;
    }

    /** The grain table entry of data in a stored grain. */
    static long data(long grain) {
        return (long) DATA << KIND_SHIFT | (grain & LOW_MASK) << LOW_SHIFT | grain >>> LOW_BITS;
    }

    /** The directory entry of a grain table. */
    static long directory(long table) {
        return (long) USED << KIND_SHIFT | table;
    }

    /** Whether a directory entry names a table: its kind is 1 and nothing stands in bits 32 to 59. */
    static boolean isTable(long directoryEntry) {
        return directoryEntry >>> 32 == 1L << KIND_SHIFT - 32;
    }

    /** The grain table that a directory entry names. */
    static long table(long directoryEntry) {
        return directoryEntry & TABLE_MASK;
    }

    /** The back map entry of a stored grain that entry {@code slot} of grain table {@code table} names. */
    static long backMap(long table, int slot) {
        return (long) USED << KIND_SHIFT | (long) slot << LOW_SHIFT | table;
    }

    /** The grain table that a back map entry names. */
    static long ownerTable(long backMapEntry) {
        return backMapEntry & HIGH_MASK;
    }

    /** The place in its grain table that a back map entry names. */
    static int ownerSlot(long backMapEntry) {
        return (int) (backMapEntry >>> LOW_SHIFT & LOW_MASK);
    }
}
