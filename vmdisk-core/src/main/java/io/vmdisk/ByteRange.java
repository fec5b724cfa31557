package io.vmdisk;

/**
 * A range of bytes.
 *
 * @param start the first byte, not negative
 * @param length how many, not negative; {@code start + length} does not overflow
 * @since 0.1
 */
public record ByteRange(long start, long length) {
    /**
     * Refuses what is not a range.
     *
     * @param start the first byte, not negative
     * @param length how many bytes, not negative; {@code start + length} does not overflow
     * @throws IllegalArgumentException if a number is negative or the end overflows
     */
    public ByteRange {
        if (start < 0 || length < 0 || start > Long.MAX_VALUE - length) {
            throw new IllegalArgumentException("not a range: start " + start + ", length " + length);
        }
    }

    /** {@return the first byte after the range: {@code start + length}} */
    public long end() {
        return start + length;
    }

    /**
     * Whether another range lies inside this one. An empty range counts by its start, which may be {@link #end()} too.
     *
     * @param other the range that may lie inside
     * @return true if it begins no earlier and ends no later than this range
     */
    public boolean contains(ByteRange other) {
        return other.start >= start && other.end() <= end();
    }

    /**
     * Whether both ranges share a byte. An empty range in the middle of another counts as shared.
     *
     * @param other the range to compare with
     * @return true if each begins before the other ends
     */
    public boolean overlaps(ByteRange other) {
        return start < other.end() && other.start < end();
    }
}
