package io.vmdisk.compare;

import io.vmdisk.ByteRange;
import io.vmdisk.bulk.StoredSink;
import io.vmdisk.disk.VirtualDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Compares what two disks store, by their tables: whether a place holds data or reads as zeros without any.
 */
final class StoredCompare {
    /** So much of both disks is looked at at once. */
    private static final long WINDOW_BYTES = 64L << 20;

    private StoredCompare() {}

    /** The first byte that one of them stores and the other does not; nothing is read but tables. */
    static OptionalLong firstDifference(VirtualDisk a, VirtualDisk b) throws IOException {
        long end = Math.max(a.capacity(), b.capacity());
        for (long at = 0; at < end; at += WINDOW_BYTES) {
            List<ByteRange> one = stored(a, at);
            List<ByteRange> other = stored(b, at);
            if (!one.equals(other)) {
                return OptionalLong.of(firstDifference(one, other));
            }
        }
        return OptionalLong.empty();
    }

    private static List<ByteRange> stored(VirtualDisk disk, long from) throws IOException {
        List<ByteRange> ranges = new ArrayList<>();
        long length = Math.min(WINDOW_BYTES, disk.capacity() - from);
        if (length <= 0) {
            return ranges;
        }
        // A compressed grain is told whole, also where it reaches out of the window.
        disk.locate(from, length, new StoredSink((start, count) -> {
            long begin = Math.max(start, from);
            long end = Math.min(start + count, from + length);
            int last = ranges.size() - 1;
            if (last >= 0 && ranges.get(last).end() == begin) {
                ByteRange before = ranges.get(last);
                ranges.set(last, new ByteRange(before.start(), end - before.start()));
            } else {
                ranges.add(new ByteRange(begin, end - begin));
            }
        }));
        return ranges;
    }

    private static long firstDifference(List<ByteRange> one, List<ByteRange> other) {
        int i = 0;
        while (i < one.size() && i < other.size() && one.get(i).equals(other.get(i))) {
            i++;
        }
        if (i == one.size() || i == other.size()) {
            return (i < one.size() ? one : other).get(i).start();
        }
        ByteRange x = one.get(i);
        ByteRange y = other.get(i);
        return x.start() == y.start() ? Math.min(x.end(), y.end()) : Math.min(x.start(), y.start());
    }
}
