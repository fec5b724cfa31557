package io.vmdisk.extent;

import io.vmdisk.Sector;

/**
 * How a sparse extent is divided.
 *
 * @param capacityBytes virtual size, at least one sector
 * @param grainBytes bytes of a grain, a multiple of 512
 * @param entriesPerTable grains that one table covers
 */
public record GrainGeometry(long capacityBytes, int grainBytes, int entriesPerTable) {
    /** Checks that the numbers make a map that can be indexed; formats have stricter limits of their own. */
    public GrainGeometry {
        if (capacityBytes <= 0 || grainBytes < Sector.BYTES || grainBytes % Sector.BYTES != 0 || entriesPerTable <= 0) {
            throw new IllegalArgumentException(
                    "capacity " + capacityBytes + ", grain " + grainBytes + ", entries " + entriesPerTable);
        }
        if (Sector.ceilDiv(Sector.ceilDiv(capacityBytes, grainBytes), entriesPerTable) > Integer.MAX_VALUE - 1024) {
            throw new IllegalArgumentException("too many tables for capacity " + capacityBytes);
        }
    }

    /** Grains, the last one possibly partial. */
    public long grains() {
        return Sector.ceilDiv(capacityBytes, grainBytes);
    }

    /** Tables, the last one possibly used in part. */
    public int tables() {
        return (int) Sector.ceilDiv(grains(), entriesPerTable);
    }

    /** Bytes of the disk that one table covers. */
    public long tableCoverage() {
        return (long) grainBytes * entriesPerTable;
    }

    /** The table that holds a grain's entry. */
    public int tableOf(long grain) {
        return (int) (grain / entriesPerTable);
    }

    /** The entry of a grain in its table. */
    public int entryOf(long grain) {
        return (int) (grain % entriesPerTable);
    }

    /** Bytes of a grain that lie inside the capacity. */
    public int validBytes(long grain) {
        return (int) Math.min(grainBytes, capacityBytes - grain * grainBytes);
    }
}
