package io.vmdisk.extent;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Places that were taken for grains before they are written, so that they lie in the order of the taking whatever the order
 * of the writes. For use under the lock of the writer; memory follows what is reserved and not written yet.
 */
final class Reservations {
    private final int grainBytes;
    private final TreeMap<Long, GrainSpan> spans = new TreeMap<>();

    Reservations(int grainBytes) {
        this.grainBytes = grainBytes;
    }

    boolean isEmpty() {
        return spans.isEmpty();
    }

    /** Places for grains in a row that have none here. */
    void add(long firstGrain, GrainSpan span) {
        spans.put(firstGrain, span);
    }

    /** How many of {@code wanted} grains in a row have no place here, before the first that has. */
    int unreserved(long firstGrain, int wanted) {
        if (place(firstGrain) != null) {
            return 0;
        }
        Long next = spans.ceilingKey(firstGrain);
        return next == null ? wanted : (int) Math.min(wanted, next - firstGrain);
    }

    /** How many of {@code wanted} grains in a row have places in a row here. */
    int reserved(long firstGrain, int wanted) {
        Map.Entry<Long, GrainSpan> place = place(firstGrain);
        return place == null
                ? 0
                : (int) Math.min(wanted, place.getKey() + place.getValue().count() - firstGrain);
    }

    private Map.@Nullable Entry<Long, GrainSpan> place(long grain) {
        Map.Entry<Long, GrainSpan> floor = spans.floorEntry(grain);
        return floor != null && grain < floor.getKey() + floor.getValue().count() ? floor : null;
    }

    /** The places of up to {@code wanted} grains in a row; null if the first has none here. */
    @Nullable
    GrainSpan find(long firstGrain, int wanted) {
        Map.Entry<Long, GrainSpan> place = place(firstGrain);
        if (place == null) {
            return null;
        }
        GrainSpan span = place.getValue();
        int before = (int) (firstGrain - place.getKey());
        return new GrainSpan(offset(span, before), Math.min(wanted, span.count() - before));
    }

    /**
     * Forgets the places of grains in a row, all from one answer of {@link #find}, that entries name now. Not earlier, or
     * another reservation in the same grain would find that it has neither, and take a second place.
     */
    void remove(long firstGrain, int count) {
        Map.Entry<Long, GrainSpan> place = place(firstGrain);
        if (place == null) {
            return;
        }
        long start = place.getKey();
        GrainSpan span = place.getValue();
        int before = (int) (firstGrain - start);
        int after = span.count() - before - count;
        spans.remove(start);
        if (before > 0) {
            spans.put(start, new GrainSpan(span.fileOffset(), before));
        }
        if (after > 0) {
            spans.put(firstGrain + count, new GrainSpan(offset(span, before + count), after));
        }
    }

    private long offset(GrainSpan span, int grains) {
        return span.fileOffset() + (long) grains * grainBytes;
    }

    /** Forgets all of them, for whoever gives them back. */
    List<Map.Entry<Long, GrainSpan>> drain() {
        List<Map.Entry<Long, GrainSpan>> all = new ArrayList<>();
        spans.forEach((grain, span) -> all.add(Map.entry(grain, span)));
        spans.clear();
        return all;
    }
}
