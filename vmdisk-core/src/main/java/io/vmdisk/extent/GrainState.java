package io.vmdisk.extent;

/**
 * What a table entry says, in one {@code long}, so that a look-up allocates nothing: a file offset (data), or one of the
 * negative values below.
 */
public final class GrainState {
    /** Not here: the parent answers. */
    public static final long UNALLOCATED = -1;

    /** Reads as zeros and holds no space. */
    public static final long ZERO = -2;

    /** Nobody can tell: the entry can't be read or can't be meant. Only salvage ever sees it. */
    public static final long LOST = -3;

    /** Unmapped by the guest: reads as zeros; tells nothing of space. */
    public static final long UNMAPPED = Long.MIN_VALUE;

    private GrainState() {}

    /** Whether the state is a file offset. */
    public static boolean isData(long state) {
        return state >= 0;
    }

    /** Whether it reads as zeros even over a parent. */
    public static boolean isZero(long state) {
        return state <= ZERO && state != LOST;
    }

    /** Whether it is {@link #UNMAPPED}, holding or not. */
    public static boolean isUnmapped(long state) {
        return state < ZERO && state != LOST;
    }

    /** The place an unmapped grain still names, or -1. */
    public static long heldOffset(long state) {
        long offset = state & Long.MAX_VALUE;
        return isUnmapped(state) && offset != 0 ? offset : -1;
    }
}
