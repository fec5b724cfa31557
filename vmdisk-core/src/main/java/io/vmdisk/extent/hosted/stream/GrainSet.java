package io.vmdisk.extent.hosted.stream;

import java.util.Map;
import java.util.TreeMap;

/** A set of grains of a disk of any size: memory follows what was added, not the highest number. Not thread-safe. */
public final class GrainSet {
    private static final int PAGE_WORDS = 64;
    private static final int PAGE_GRAINS = PAGE_WORDS * Long.SIZE;

    private final TreeMap<Long, long[]> pages = new TreeMap<>();

    /** Adds a grain; false if it was there. */
    public boolean add(long grain) {
        long[] words = pages.computeIfAbsent(grain / PAGE_GRAINS, page -> new long[PAGE_WORDS]);
        int word = word(grain);
        long bit = 1L << grain;
        boolean isNew = (words[word] & bit) == 0;
        words[word] |= bit;
        return isNew;
    }

    /** Whether a grain is in it. */
    public boolean contains(long grain) {
        long[] words = pages.get(grain / PAGE_GRAINS);
        return words != null && (words[word(grain)] & 1L << grain) != 0;
    }

    private static int word(long grain) {
        return (int) (grain % PAGE_GRAINS / Long.SIZE);
    }

    /** The first grain at or behind {@code from} that is in it, or {@code end}. */
    public long nextIn(long from, long end) {
        long at = from;
        while (at < end) {
            Map.Entry<Long, long[]> page = pages.ceilingEntry(at / PAGE_GRAINS);
            if (page == null) {
                return end;
            }
            long first = page.getKey() * PAGE_GRAINS;
            at = Math.max(at, first);
            for (; at < first + PAGE_GRAINS; at = at / Long.SIZE * Long.SIZE + Long.SIZE) {
                long rest = page.getValue()[word(at)] >>> at;
                if (rest != 0) {
                    return Math.min(end, at + Long.numberOfTrailingZeros(rest));
                }
            }
        }
        return end;
    }

    /** The first grain at or behind {@code from} that is not in it, or {@code end}. */
    public long nextOut(long from, long end) {
        long at = from;
        while (at < end) {
            long[] words = pages.get(at / PAGE_GRAINS);
            if (words == null) {
                return at;
            }
            long rest = ~words[word(at)] >>> at;
            if (rest != 0) {
                return Math.min(end, at + Long.numberOfTrailingZeros(rest));
            }
            at = at / Long.SIZE * Long.SIZE + Long.SIZE;
        }
        return end;
    }

    /** The first grain below {@code end} that is in this set and not in the other; {@code end} if there is none. */
    long firstNotIn(GrainSet other, long end) {
        long grain = nextIn(0, end);
        while (grain < end && other.contains(grain)) {
            grain = nextIn(other.nextOut(grain, end), end);
        }
        return grain;
    }
}
