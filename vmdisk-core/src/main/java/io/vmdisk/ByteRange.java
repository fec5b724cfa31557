package io.vmdisk;

/**
 * A range of bytes.
 *
 * @param start the first byte, not negative
 * @param length how many, not negative; {@code start + length} does not overflow
 * @since 0.1
 */
public record ByteRange(long start, long length) {
    /** Checks the invariant. */
    public ByteRange {
        if (start < 0 || length < 0 || start > Long.MAX_VALUE - length) {
            throw new IllegalArgumentException("not a range: start " + start + ", length " + length);
        }
    }

    /** The byte behind the last one. */
    public long end() {
        return start + length;
    }

    /** Whether {@code other} lies inside. */
    public boolean contains(ByteRange other) {
        return other.start >= start && other.end() <= end();
    }

    /** Whether both share a byte. */
    public boolean overlaps(ByteRange other) {
        return start < other.end() && other.start < end();
    }
}
