package io.vmdisk.transfer;

import io.vmdisk.ByteRange;
import java.util.List;
import java.util.Locale;

/**
 * What is lost of a disk as a map file of GNU ddrescue: {@code +} for what was read, {@code -} for what was not. Other tools
 * (ddrescue itself, ddrescueview, partclone) read it.
 *
 * <p>Format: the manual of GNU ddrescue 1.28, chapter "Mapfile structure": comments, a line with the state of the work, then
 * a line for each stretch with its start, its length and a letter, without gaps.
 */
public final class RescueMap {
    private RescueMap() {}

    /**
     * The text.
     *
     * @param capacity bytes of the disk
     * @param lost ascending, without overlaps, inside the capacity
     */
    public static String text(long capacity, List<ByteRange> lost) {
        StringBuilder text = new StringBuilder("# Mapfile. What vmdisk could not read of a disk\n");
        text.append("# current_pos  current_status  current_pass\n");
        text.append(line("0x%08X     +               1\n", capacity));
        text.append("#      pos        size  status\n");
        long at = 0;
        for (ByteRange range : lost) {
            stretch(text, at, range.start(), '+');
            stretch(text, range.start(), range.end(), '-');
            at = range.end();
        }
        stretch(text, at, capacity, '+');
        return text.toString();
    }

    private static void stretch(StringBuilder text, long start, long end, char status) {
        if (end > start) {
            text.append(line("0x%08X  0x%08X  %c\n", start, end - start, status));
        }
    }

    private static String line(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
