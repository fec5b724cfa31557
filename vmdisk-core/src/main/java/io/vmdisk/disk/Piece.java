package io.vmdisk.disk;

import io.vmdisk.extent.Extent;

/**
 * An extent at its place in a link.
 *
 * @param start the disk's byte at which the extent begins
 * @param length bytes of the extent that the disk shows: its descriptor decides, a header may round up
 */
record Piece(long start, long length, Extent extent) {
    long end() {
        return start + length;
    }
}
