package io.vmdisk.disk;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The resolved windows that a reader keeps, each in the one slot that its number gives it: a look-up is one read of an
 * array, without a lock or a list of uses. All together stay within a weight; if one more is too much, slots are emptied
 * in turn. Safe for many threads.
 */
final class WindowCache {
    /** Windows of 32 GiB that lie one behind the other never push each other out. */
    private static final int SLOTS = 1 << 14;

    private final long budget;
    private final AtomicLong weight = new AtomicLong();
    private final AtomicInteger hand = new AtomicInteger();
    /** Made for the first window, as many readers never read. */
    private volatile @Nullable AtomicReferenceArray<@Nullable Kept> slots;

    /** A window, and how often its stripe had changed before it was resolved. */
    private record Kept(long number, long changes, ResolvedWindow window) {}

    /**
     * An empty cache.
     *
     * @param budget bytes of memory that all windows together may take
     */
    WindowCache(long budget) {
        this.budget = budget;
    }

    /** The window of this number that was resolved after so many changes; null if there is none, or an older one. */
    @Nullable
    ResolvedWindow get(long number, long changes) {
        AtomicReferenceArray<@Nullable Kept> all = slots;
        Kept kept = all == null ? null : all.get(slot(number));
        return kept != null && kept.number() == number && kept.changes() == changes ? kept.window() : null;
    }

    /** Keeps a window, in place of whatever has its slot. */
    void put(long number, long changes, ResolvedWindow window) {
        AtomicReferenceArray<@Nullable Kept> all = slots();
        replace(all, slot(number), new Kept(number, changes, window));
        while (weight.get() > budget) {
            replace(all, hand.getAndIncrement() & (SLOTS - 1), null);
        }
    }

    private AtomicReferenceArray<@Nullable Kept> slots() {
        AtomicReferenceArray<@Nullable Kept> all = slots;
        if (all == null) {
            synchronized (this) {
                all = slots;
                if (all == null) {
                    all = new AtomicReferenceArray<>(SLOTS);
                    slots = all;
                }
            }
        }
        return all;
    }

    private void replace(AtomicReferenceArray<@Nullable Kept> all, int slot, @Nullable Kept kept) {
        Kept before = all.getAndSet(slot, kept);
        weight.addAndGet(weightOf(kept) - weightOf(before));
    }

    private static long weightOf(@Nullable Kept kept) {
        return kept == null ? 0 : kept.window().weight();
    }

    private static int slot(long number) {
        return (int) (number & (SLOTS - 1));
    }

    /** Memory that all windows take, about. */
    long weight() {
        return weight.get();
    }
}
