package io.vmdisk.snapshot.vmsn;

import java.util.List;

/**
 * One tag: a named value, or where its bytes lie. The value itself stays in the file.
 *
 * @param name as in the file, decoded byte by byte; sanitise with {@link #label} before showing it
 * @param indices up to three, unsigned
 * @param form how the value is stored
 * @param offset where the tag begins
 * @param dataOffset where the value's bytes begin
 * @param storedBytes how many bytes of the file the value takes
 * @param expandedBytes the size the value has in memory; negative past 2^63
 * @param paddingBytes filler before a block's bytes, which aligns them
 */
public record CheckpointTag(
        String name,
        List<Long> indices,
        Form form,
        long offset,
        long dataOffset,
        long storedBytes,
        long expandedBytes,
        int paddingBytes) {
    /** How a value is stored. */
    public enum Form {
        /** Within the tag, at most 61 bytes. */
        INLINE,
        /** A block of any size. */
        BLOCK,
        /** A block compressed by an undocumented method; only its stored bytes can be had. */
        COMPRESSED
    }

    /** Name and indices as people write them: {@code regionPPN[1]}; only printable ASCII. */
    public String label() {
        StringBuilder label = new StringBuilder(PrintableName.ascii(name));
        for (long index : indices) {
            label.append('[').append(index).append(']');
        }
        return label.toString();
    }

    /** The byte behind the value, which is where the next tag begins. */
    public long end() {
        return dataOffset + storedBytes;
    }

    /** Whether it holds an inline value of one to eight bytes. */
    boolean isNumber() {
        return form == Form.INLINE && storedBytes > 0 && storedBytes <= Long.BYTES;
    }

    boolean is(String wantedName, long... wantedIndices) {
        if (!name.equals(wantedName) || indices.size() != wantedIndices.length) {
            return false;
        }
        for (int i = 0; i < wantedIndices.length; i++) {
            if (indices.get(i) != wantedIndices[i]) {
                return false;
            }
        }
        return true;
    }
}
