package io.vmdisk.compress;

import java.util.Arrays;

/**
 * Recognises bytes that deflate can't make smaller: encrypted, random, most of what is packed already.
 *
 * <p>Deflate gains from values that are more frequent than others, and from strings that come again. Bytes are noise if
 * neither shows: the counts of all values are as even as chance makes them, and no string of four bytes comes twice among
 * a sixteenth of all, chosen by their content, so that the two places of a longer repetition are chosen alike. What slips
 * through is shorter than a sector, mostly by far. Whatever can be packed is recognised after its first few kilobytes.
 *
 * <p>Keeps its tables: make one per thread.
 */
public final class Noise {
    /** Fewer bytes say little, and cost little to pack. */
    static final int LEAST_BYTES = 4096;

    private static final int VALUES = 256;
    /** Of 255 on average, by chance 350 or more once in ten thousand times; then 0.04 % could be gained. */
    private static final long MOST_UNEVEN = 350;

    private static final int SCATTER = 0x9E3779B1;
    /** Of the scattered 32 bits, the upper ones choose a string, the next ones are its place. */
    private static final int CHOICE_SHIFT = 28;

    private static final int PLACE_SHIFT = 16;
    private static final int PLACES = 1 << CHOICE_SHIFT - PLACE_SHIFT;

    private final int[] counts = new int[VALUES];
    private final int[] strings = new int[PLACES];

    /** Whether {@code bytes[off, off + len)} is noise. */
    public boolean is(byte[] bytes, int off, int len) {
        if (len < LEAST_BYTES) {
            return false;
        }
        Arrays.fill(counts, 0);
        count(bytes, off, LEAST_BYTES);
        if (!isEven(LEAST_BYTES)) {
            return false;
        }
        count(bytes, off + LEAST_BYTES, len - LEAST_BYTES);
        return isEven(len) && !repeats(bytes, off, len);
    }

    private void count(byte[] bytes, int off, int len) {
        int[] table = counts;
        int end = off + len;
        for (int i = off; i < end; i++) {
            table[bytes[i] & 0xFF]++;
        }
    }

    /** The sum of squares, as the chi-squared test has it for {@code total} bytes. */
    private boolean isEven(long total) {
        long squares = 0;
        for (int count : counts) {
            squares += (long) count * count;
        }
        return squares * VALUES / total - total < MOST_UNEVEN;
    }

    private boolean repeats(byte[] bytes, int off, int len) {
        int[] table = strings;
        Arrays.fill(table, 0);
        int end = off + len;
        int string = 0;
        for (int i = off; i < end; i++) {
            string = string << 8 | bytes[i] & 0xFF;
            int scattered = string * SCATTER;
            if (scattered >>> CHOICE_SHIFT == 0) {
                int place = scattered >>> PLACE_SHIFT;
                if (table[place] == string) {
                    return true;
                }
                table[place] = string;
            }
        }
        return false;
    }
}
