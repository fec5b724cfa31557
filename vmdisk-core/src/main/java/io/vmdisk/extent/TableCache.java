package io.vmdisk.extent;

import java.util.ArrayDeque;

/**
 * Bounds the memory of all grain tables of one open disk, however long its chain: one budget, one clock.
 *
 * <p>Thread-safe. Changed tables stay until they are flushed; {@link #overBudget} tells the owner that it is time.
 */
public final class TableCache {
    /** Tables of a whole chain: 64 MiB map 1 TiB of 64 KiB grains or 32 GiB of 4 KiB grains at once. */
    public static final long DEFAULT_BUDGET_BYTES = 64L << 20;

    private final long budgetBytes;
    private final ArrayDeque<GrainTable> clock = new ArrayDeque<>();
    private long heldBytes;

    /** @param budgetBytes how much table memory to keep, at least one table is always held */
    public TableCache(long budgetBytes) {
        this.budgetBytes = budgetBytes;
    }

    synchronized void add(GrainTable table) {
        heldBytes += table.bytes.length;
        int chances = 2 * clock.size();
        while (heldBytes > budgetBytes && !clock.isEmpty() && chances-- > 0) {
            GrainTable oldest = clock.removeFirst();
            if (oldest.recentlyUsed) {
                oldest.recentlyUsed = false;
                clock.addLast(oldest);
            } else if (oldest.evict()) {
                heldBytes -= oldest.bytes.length;
            } else {
                clock.addLast(oldest);
            }
        }
        clock.addLast(table);
    }

    /** Whether more is held than the budget allows, because too much of it waits for a flush. */
    public synchronized boolean overBudget() {
        return heldBytes > budgetBytes;
    }

    /** Bytes of tables in memory. */
    public synchronized long heldBytes() {
        return heldBytes;
    }
}
