package io.vmdisk.snapshot.vmsn;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An entry of the group table.
 *
 * @param name as in the file, decoded byte by byte; sanitise with {@link #label} before showing it
 * @param offset where its first tag lies; not checked against the file, negative past 2^63
 * @param size bytes of its tags, terminator included; not checked against the file, negative past 2^63
 */
public record CheckpointGroup(String name, long offset, long size) {
    static final int BYTES = 80;
    static final int AT_OFFSET = 64;
    static final int AT_SIZE = 72;

    static CheckpointGroup parse(ByteBuffer table, int at) {
        byte[] name = new byte[AT_OFFSET];
        table.get(at, name);
        int length = 0;
        while (length < name.length && name[length] != 0) {
            length++;
        }
        return new CheckpointGroup(
                new String(name, 0, length, StandardCharsets.ISO_8859_1),
                table.getLong(at + AT_OFFSET),
                table.getLong(at + AT_SIZE));
    }

    void encode(ByteBuffer table, int at) {
        byte[] bytes = Arrays.copyOf(name.getBytes(StandardCharsets.ISO_8859_1), AT_OFFSET);
        table.put(at, bytes);
        table.putLong(at + AT_OFFSET, offset);
        table.putLong(at + AT_SIZE, size);
    }

    /** The name with everything but printable ASCII replaced, fit for a terminal. */
    public String label() {
        return PrintableName.ascii(name);
    }

    /** The byte behind the group, or the end of the file if the entry points outside. */
    long endWithin(long fileSize) {
        return offset < 0 || offset > fileSize || size < 0 || size > fileSize - offset ? fileSize : offset + size;
    }
}
