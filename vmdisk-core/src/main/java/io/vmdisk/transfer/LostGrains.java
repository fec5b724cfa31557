package io.vmdisk.transfer;

import com.google.common.collect.Range;
import com.google.common.collect.RangeSet;
import com.google.common.collect.TreeRangeSet;
import io.vmdisk.ByteRange;
import io.vmdisk.extent.hosted.stream.GrainSet;
import io.vmdisk.extent.hosted.stream.StreamReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What a damaged stream took with it. Where its tables came first they tell; in a stream with ascending grains
 * everything between the last whole grain before a break and the first behind it may be lost; else everything that did
 * not come. For one thread.
 */
final class LostGrains {
    private static final long NONE = -1;

    private final long grains;
    private final RangeSet<Long> lost = TreeRangeSet.create();
    private final TreeSet<Long> damaged = new TreeSet<>();
    private final List<long[]> gaps = new ArrayList<>();
    private long openGap = NONE;
    private boolean broken;

    LostGrains(long grains) {
        this.grains = grains;
    }

    /** The stream can't be understood behind this grain, -1 for its beginning. */
    void breakAfter(long grain) {
        broken = true;
        if (openGap == NONE) {
            openGap = grain + 1;
        }
    }

    /** This grain came next. */
    void found(long grain) {
        if (openGap != NONE && grain >= openGap) {
            gaps.add(new long[] {openGap, grain});
        }
        openGap = NONE;
    }

    /** This grain came, but can't be inflated. */
    void damaged(long grain) {
        damaged.add(grain);
    }

    Iterable<Long> damagedGrains() {
        return damaged;
    }

    /** The ranges of the disk that are lost, ascending and joined. */
    List<ByteRange> ranges(StreamReader reader, long capacity) {
        damaged.forEach(grain -> add(grain, grain + 1));
        if (broken) {
            addMissing(reader);
        }
        addIn(reader.doubtful());
        long grainBytes = reader.grainBytes();
        return lost.asRanges().stream()
                .map(range -> {
                    long start = range.lowerEndpoint() * grainBytes;
                    return new ByteRange(start, Math.min(capacity, range.upperEndpoint() * grainBytes) - start);
                })
                .toList();
    }

    private void add(long from, long to) {
        if (from < Math.min(to, grains)) {
            lost.add(Range.closedOpen(from, Math.min(to, grains)));
        }
    }

    private void addMissing(StreamReader reader) {
        Optional<GrainSet> expected = reader.expected();
        if (expected.isPresent()) {
            addNamed(expected.get(), reader.seen());
        } else if (reader.isAscending()) {
            gaps.forEach(gap -> add(gap[0], gap[1]));
            if (openGap != NONE) {
                add(openGap, grains);
            }
        } else {
            addAllBut(reader.seen());
        }
    }

    private void addNamed(GrainSet expected, GrainSet seen) {
        for (long grain = expected.nextIn(0, grains); grain < grains; ) {
            long end;
            if (seen.contains(grain)) {
                end = seen.nextOut(grain, grains);
            } else {
                end = Math.min(expected.nextOut(grain, grains), seen.nextIn(grain, grains));
                add(grain, end);
            }
            grain = expected.nextIn(end, grains);
        }
    }

    private void addIn(GrainSet set) {
        for (long from = set.nextIn(0, grains); from < grains; ) {
            long to = set.nextOut(from, grains);
            add(from, to);
            from = set.nextIn(to, grains);
        }
    }

    private void addAllBut(GrainSet seen) {
        for (long from = seen.nextOut(0, grains); from < grains; ) {
            long to = seen.nextIn(from, grains);
            add(from, to);
            from = seen.nextOut(to, grains);
        }
    }
}
