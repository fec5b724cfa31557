package io.vmdisk.extent.sesparse;

/**
 * One region of an SEsparse file as its header names it.
 *
 * @param offsetSectors the first sector, as an unsigned number that fits a {@code long}
 * @param sizeSectors how many sectors
 */
record SeSparseRegion(long offsetSectors, long sizeSectors) {
    /** The sector behind the last one; only for regions that passed {@link SeSparseLimits#MAX_FILE_SECTORS}. */
    long endSectors() {
        return offsetSectors + sizeSectors;
    }

    /** The first byte. */
    long offsetBytes() {
        return offsetSectors * SeSparseHeader.SECTOR_BYTES;
    }

    /** How many bytes. */
    long sizeBytes() {
        return sizeSectors * SeSparseHeader.SECTOR_BYTES;
    }

    /** Whether both share a sector. */
    boolean overlaps(SeSparseRegion other) {
        return offsetSectors < other.endSectors() && other.offsetSectors < endSectors();
    }

    /** Whether this lies where no sum of its numbers can overflow. */
    boolean isBelow(long limitSectors) {
        return offsetSectors >= 0
                && sizeSectors >= 0
                && offsetSectors <= limitSectors
                && sizeSectors <= limitSectors - offsetSectors;
    }

    @Override
    public String toString() {
        return "<" + Long.toUnsignedString(offsetSectors) + " : " + Long.toUnsignedString(sizeSectors) + ">";
    }
}
