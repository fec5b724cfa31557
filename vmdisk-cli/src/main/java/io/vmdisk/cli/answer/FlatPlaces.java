package io.vmdisk.cli.answer;

import io.vmdisk.Sector;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.ExtentPlace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the holes of flat files are: every byte of such a file has its place, stored or not.
 *
 * @param links of a disk, itself first
 */
public record FlatPlaces(List<DiskLink> links) {
    private static final long SECTOR = Sector.BYTES;

    /** Takes the parts of a stretch. */
    interface Taker {
        /**
         * Takes one.
         *
         * @param file the flat file, or null if no byte of the part has a place
         * @param at its byte there
         */
        void take(long start, long length, @Nullable Path file, long at) throws IOException;
    }

    /** Cuts a stretch of zeros, which no file holds, at the ends of extents. */
    void place(long start, long length, int depth, Taker taker) throws IOException {
        long at = start;
        long end = start + length;
        List<ExtentPlace> extents = links.get(depth).extents();
        for (int i = first(extents, start); i < extents.size() && at < end; i++) {
            ExtentPlace extent = extents.get(i);
            long stop = Math.min(end, extent.start() + extent.length());
            if (stop > at) {
                Path file = isFlat(extent) ? extent.path() : null;
                taker.take(at, stop - at, file, extent.line().startSector() * SECTOR + at - extent.start());
                at = stop;
            }
        }
        if (at < end) {
            taker.take(at, end - at, null, -1);
        }
    }

    private static boolean isFlat(ExtentPlace extent) {
        return switch (extent.line().type()) {
            case FLAT, VMFS -> true;
            default -> false;
        };
    }

    /** The extent that has a byte of the disk: there may be thousands. */
    private static int first(List<ExtentPlace> extents, long position) {
        int low = 0;
        int high = extents.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (extents.get(middle).start() <= position) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }
}
