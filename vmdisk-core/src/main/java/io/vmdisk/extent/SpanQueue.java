package io.vmdisk.extent;

/**
 * Stretches of numbered units, first in first out: space that is free, or was freed.
 *
 * <p>What is added next to the last stretch joins it. Holds a bounded number of stretches in 16 bytes each, without an
 * object for any; what comes beyond is refused, which for free space only means that it is not reused. Not thread-safe.
 */
public final class SpanQueue {
    private static final int INITIAL = 64;

    private final int limit;
    private long[] starts = new long[INITIAL];
    private long[] counts = new long[INITIAL];
    private int head;
    private int size;

    /** @param limit the most stretches to hold, at least one */
    public SpanQueue(int limit) {
        this.limit = limit;
    }

    /**
     * Adds a stretch.
     *
     * @return whether there was room for it
     */
    public boolean add(long start, long count) {
        if (size > 0) {
            int last = slot(size - 1);
            if (starts[last] + counts[last] == start) {
                counts[last] += count;
                return true;
            }
        }
        if (size == limit) {
            return false;
        }
        if (size == starts.length) {
            grow();
        }
        starts[slot(size)] = start;
        counts[slot(size)] = count;
        size++;
        return true;
    }

    private void grow() {
        long[] widerStarts = new long[(int) Math.min(limit, 2L * size)];
        long[] widerCounts = new long[widerStarts.length];
        for (int i = 0; i < size; i++) {
            widerStarts[i] = starts[slot(i)];
            widerCounts[i] = counts[slot(i)];
        }
        starts = widerStarts;
        counts = widerCounts;
        head = 0;
    }

    private int slot(int index) {
        int slot = head + index;
        return slot < starts.length ? slot : slot - starts.length;
    }

    /** Whether nothing is held. */
    public boolean isEmpty() {
        return size == 0;
    }

    /** How many stretches are held. */
    public int size() {
        return size;
    }

    /** The first unit of stretch {@code index}, counted from the oldest. */
    public long start(int index) {
        return starts[slot(index)];
    }

    /** The length of stretch {@code index}, counted from the oldest. */
    public long count(int index) {
        return counts[slot(index)];
    }

    /** Units in the oldest stretch. */
    public long firstCount() {
        return counts[slot(0)];
    }

    /**
     * Takes units from the front of the oldest stretch.
     *
     * @param count at most {@link #firstCount}
     * @return the first of them
     */
    public long take(long count) {
        int first = slot(0);
        long start = starts[first];
        starts[first] += count;
        counts[first] -= count;
        if (counts[first] == 0) {
            head = slot(1);
            size--;
        }
        return start;
    }
}
