package io.vmdisk.disk;

import io.vmdisk.extent.Extent;
import io.vmdisk.extent.WritableExtent;
import io.vmdisk.storage.OpenMode;

/**
 * An extent at its place in a link.
 *
 * @param start the disk's byte at which the extent begins
 * @param length bytes of the extent that the disk shows: its descriptor decides, a header may round up
 * @param mode how its file was opened
 */
record PlacedExtent(long start, long length, Extent extent, OpenMode mode) {
    long end() {
        return start + length;
    }

    boolean isWritable() {
        return mode == OpenMode.WRITE && extent instanceof WritableExtent;
    }
}
