package io.vmdisk.nbd;

import java.nio.ByteBuffer;

/** Neighbouring stretches with a number each, joined where it is the same; at most so many. */
final class Stretches {
    /** Bytes of one in a reply: u32 length, u32 number. */
    static final int WIRE_BYTES = 8;

    private final int limit;
    private int[] lengths = new int[16];
    private int[] values = new int[16];
    private int count;
    private boolean full;

    Stretches(int limit) {
        this.limit = limit;
    }

    int count() {
        return count;
    }

    /** Whether a stretch found no place: whatever comes is passed over. */
    boolean isFull() {
        return full;
    }

    /** Adds the next one; the sum of all lengths is below 4 GiB. */
    void add(long length, int value) {
        if (full) {
            return;
        }
        if (count > 0 && values[count - 1] == value) {
            lengths[count - 1] += (int) length;
        } else if (count == limit) {
            full = true;
        } else {
            if (count == lengths.length) {
                lengths = java.util.Arrays.copyOf(lengths, 2 * count);
                values = java.util.Arrays.copyOf(values, 2 * count);
            }
            lengths[count] = (int) length;
            values[count++] = value;
        }
    }

    void put(ByteBuffer bytes) {
        for (int i = 0; i < count; i++) {
            bytes.putInt(lengths[i]).putInt(values[i]);
        }
    }
}
