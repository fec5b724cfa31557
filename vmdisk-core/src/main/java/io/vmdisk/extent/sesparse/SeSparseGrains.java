package io.vmdisk.extent.sesparse;

import io.vmdisk.LimitExceededException;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.extent.GrainMap;
import io.vmdisk.extent.GrainSpan;
import io.vmdisk.extent.SpanQueue;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;

/**
 * Finds free grains and keeps the free bitmap and the back map.
 *
 * <p>Free is, below the file's end, what the bitmap calls free and no table names; above it everything. If the bitmap and
 * the tables contradict each other nothing is handed out at all: a host believes the bitmap and would overwrite live
 * grains. Bits are set as grains are handed out, and cleared by {@link #release} once nothing durable names them, so
 * that whatever part of it a crash keeps, no live grain is ever called free.
 *
 * <p>A crash may so leave grains that are called used and that nothing names. They are looked for when nothing else is
 * left, or a full file could not be written again after a crash. Not thread-safe.
 */
final class SeSparseGrains {
    private final SeSparseFile opened;
    private final SeSparseLayout layout;
    private final GrainMap map;
    private final SeSparsePages bitmap;
    private final SeSparsePages backMap;
    private final SpanQueue free = new SpanQueue(SeSparseLimits.MAX_FREE_SPANS);
    private final SpanQueue freed = new SpanQueue(SeSparseLimits.MAX_FREE_SPANS);
    /** What this session handed out: entries that name it may be on their way. */
    private final SpanQueue taken = new SpanQueue(SeSparseLimits.MAX_FREE_SPANS);

    private long end;
    /** Whether all that was taken and freed in this session is known. */
    private boolean complete = true;

    private long reclaimedTo;

    private SeSparseGrains(SeSparseFile opened, GrainMap map) throws IOException {
        this.opened = opened;
        this.layout = opened.layout();
        this.map = map;
        this.bitmap = new SeSparsePages(opened.file(), layout.header().bitmap());
        this.backMap = new SeSparsePages(opened.file(), layout.header().backMap());
        this.end =
                Math.min(layout.grainCount(), layout.grainsWithin(opened.file().size()));
    }

    /** Looks for free grains below the file's end; must run before the first change, when memory and file agree. */
    static SeSparseGrains scan(SeSparseFile opened, GrainMap map) throws IOException {
        SeSparseGrains grains = new SeSparseGrains(opened, map);
        grains.findHoles();
        if (!grains.free.isEmpty()) {
            grains.requireUnnamed();
        }
        return grains;
    }

    /** Whether the free bitmap calls a grain taken of which the file does not hold all. */
    static boolean takesMoreThanIsThere(SeSparseFile opened) throws IOException {
        SeSparseLayout layout = opened.layout();
        long inside = layout.grainsWithin(opened.file().size());
        SeSparseRegion bitmap = layout.header().bitmap();
        return inside < layout.grainCount()
                && SeSparsePages.nextSetBit(opened.file(), bitmap, inside) < layout.grainCount();
    }

    /** Free stretches between used ones; what is free behind the last used grain is left alone, whatever it is for. */
    private void findHoles() throws IOException {
        long used = 0;
        for (long grain = 0; grain < end; grain++) {
            if (grain % Long.SIZE == 0 && end - grain >= Long.SIZE) {
                long word = bitmap.word(grain / Long.SIZE);
                if (word == 0) {
                    grain += Long.SIZE - 1;
                    continue;
                }
                if (word == -1) {
                    addHole(used, grain);
                    grain += Long.SIZE - 1;
                    used = grain + 1;
                    continue;
                }
            }
            if (bitmap.bit(grain)) {
                addHole(used, grain);
                used = grain + 1;
            }
        }
    }

    private void addHole(long from, long to) {
        if (from < to && !free.add(from, to - from)) {
            // Bounded memory: what does not fit is simply not reused in this session.
            return;
        }
    }

    private void requireUnnamed() throws IOException {
        map.locate(0, layout.capacityBytes(), (start, length, state) -> {
            if (state >= 0) {
                long first = layout.grainIn(state);
                long last = layout.grainIn(state + length - 1);
                int after = firstHoleBehind(last);
                if (after > 0 && free.start(after - 1) + free.count(after - 1) > first) {
                    throw new UnsafeStateException(
                            "free-bitmap",
                            opened.file().path(),
                            "the free bitmap calls stored grains free that hold data, among " + first + " to " + last,
                            Remedy.say("repair the bitmap first with ")
                                    .with(Kind.REPAIR_TABLES)
                                    .and("; a host would overwrite these grains"));
                }
            }
        });
    }

    /** How many holes begin at or before a grain. */
    private int firstHoleBehind(long grain) {
        int low = 0;
        int high = free.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (free.start(middle) <= grain) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Takes free grains in a row, the lowest known first. */
    GrainSpan allocate(int wanted) throws IOException {
        if (!free.isEmpty()) {
            int count = (int) Math.min(wanted, free.firstCount());
            return marked(free.take(count), count);
        }
        while (end < layout.grainCount() && bitmap.bit(end)) {
            end++;
        }
        int count = 0;
        while (count < wanted && end + count < layout.grainCount() && !bitmap.bit(end + count)) {
            count++;
        }
        if (count == 0) {
            reclaim();
            if (!free.isEmpty()) {
                return allocate(wanted);
            }
            throw new LimitExceededException(
                    "sesparse-full",
                    opened.file().path(),
                    "all " + layout.grainCount() + " grains of the file are handed out",
                    Remedy.of(Kind.REPAIR_TABLES).and(" frees grains that nothing names"));
        }
        long first = end;
        end += count;
        return marked(first, count);
    }

    private GrainSpan marked(long first, int count) throws IOException {
        complete &= taken.add(first, count);
        bitmap.setBits(first, count, SeSparsePages.Bit.SET);
        return new GrainSpan(layout.grainAt(first), count);
    }

    /**
     * Finds grains that nothing names: neither the tables, nor this session, nor what it freed but has not flushed. Goes
     * on where it stopped, until it finds some.
     */
    private void reclaim() throws IOException {
        while (complete && free.isEmpty() && reclaimedTo < layout.grainCount()) {
            long first = reclaimedTo;
            int count = (int) Math.min(SeSparseLimits.PASS_GRAINS, layout.grainCount() - first);
            reclaimedTo = first + count;
            BitSet named = new BitSet(count);
            map.locate(0, layout.capacityBytes(), (start, length, state) -> {
                if (state >= 0) {
                    long stored = layout.grainIn(state);
                    mark(named, first, count, stored, layout.grainIn(state + length - 1) + 1 - stored);
                }
            });
            for (SpanQueue spans : List.of(taken, freed)) {
                for (int i = 0; i < spans.size(); i++) {
                    mark(named, first, count, spans.start(i), spans.count(i));
                }
            }
            int from = named.nextClearBit(0);
            while (from < count) {
                int next = named.nextSetBit(from);
                int to = next < 0 ? count : next;
                addHole(first + from, first + to);
                from = named.nextClearBit(to);
            }
        }
    }

    private static void mark(BitSet named, long first, int count, long start, long length) {
        long from = Math.max(0, start - first);
        long to = Math.min(count, start + length - first);
        if (from < to) {
            named.set((int) from, (int) to);
        }
    }

    /** Takes these very grains; not to be mixed with {@link #allocate}, which may hand them out too. */
    void take(long first, int count) throws IOException {
        bitmap.setBits(first, count, SeSparsePages.Bit.SET);
    }

    /** Says which entry of which table names a grain that was just handed out. */
    void own(long stored, long table, int slot) throws IOException {
        backMap.setWord(stored, SeSparseEntry.backMap(table, slot));
    }

    /** In memory nothing names this grain any more. */
    void free(long fileOffset) {
        long stored = layout.grainIn(fileOffset);
        // What finds no room stays marked as used: a leak that a check shows, and memory stays bounded.
        complete &= freed.add(stored, 1);
    }

    /** Writes what was handed out. */
    void write() throws IOException {
        bitmap.write();
        backMap.write();
    }

    /** Nothing durable names the freed grains any more: calls them free. */
    void release() throws IOException {
        while (!freed.isEmpty()) {
            long count = freed.firstCount();
            long first = freed.take(count);
            bitmap.setBits(first, count, SeSparsePages.Bit.CLEAR);
            for (long grain = first; grain < first + count; grain++) {
                backMap.setWord(grain, 0);
            }
            addHole(first, first + count);
        }
        write();
    }
}
