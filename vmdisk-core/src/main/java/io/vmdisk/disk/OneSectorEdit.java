package io.vmdisk.disk;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * Arranges the new text of an embedded descriptor so that only one sector differs from the old one, and a crash leaves
 * one or the other.
 *
 * <p>A value that gets longer would move everything behind it, sector after sector. Blank lines, and blanks around the
 * equals signs of the disk database, give or take the difference within the sector of the change; nothing reads them.
 * Where there are too few the text is left as it was given.
 */
final class OneSectorEdit {
    private static final int SECTOR = ExtentPlace.SECTOR;

    private OneSectorEdit() {}

    /** Both are whole areas of the same length; so is the result. */
    static byte[] of(byte[] present, byte[] wanted) {
        if (liesInOneSector(present, wanted)) {
            return wanted;
        }
        int from = Arrays.mismatch(present, wanted) / SECTOR * SECTOR;
        int longer = textLength(wanted) - textLength(present);
        byte[] arranged = longer > 0 ? tightened(wanted, from, longer) : widened(wanted, from, -longer);
        return liesInOneSector(present, arranged) ? arranged : wanted;
    }

    private static boolean liesInOneSector(byte[] present, byte[] wanted) {
        int first = Arrays.mismatch(present, wanted);
        if (first < 0) {
            return true;
        }
        int behind = first / SECTOR * SECTOR + SECTOR;
        return behind >= present.length
                || Arrays.equals(present, behind, present.length, wanted, behind, wanted.length);
    }

    private static int textLength(byte[] area) {
        int length = area.length;
        while (length > 0 && area[length - 1] == 0) {
            length--;
        }
        return length;
    }

    /** Takes {@code surplus} bytes out of the sector at {@code from}, as far as it has them. */
    private static byte[] tightened(byte[] text, int from, int surplus) {
        ByteArrayOutputStream result = new ByteArrayOutputStream(text.length);
        int left = surplus;
        // What is taken out makes room in the sector: bytes that were pushed behind its end count as its own.
        int end = Math.min(text.length, from + SECTOR + surplus);
        for (int i = 0; i < text.length; i++) {
            if (left > 0 && i > from && i < end && isSpare(text, i)) {
                left--;
            } else {
                result.write(text[i]);
            }
        }
        return Arrays.copyOf(result.toByteArray(), text.length);
    }

    private static boolean isSpare(byte[] text, int i) {
        if (text[i] == '\n') {
            return text[i - 1] == '\n';
        }
        boolean besideEquals = text[i] == ' ' && (text[i - 1] == '=' || (i + 1 < text.length && text[i + 1] == '='));
        return besideEquals && isInDatabase(text, i);
    }

    private static boolean isInDatabase(byte[] text, int i) {
        int start = i;
        int quotes = 0;
        while (start > 0 && text[start - 1] != '\n') {
            start--;
            quotes += text[start] == '"' ? 1 : 0;
        }
        return quotes == 0
                && start + 4 <= text.length
                && text[start] == 'd'
                && text[start + 1] == 'd'
                && text[start + 2] == 'b'
                && text[start + 3] == '.';
    }

    /** Puts {@code missing} blank lines before the first comment in the sector at {@code from}. */
    private static byte[] widened(byte[] text, int from, int missing) {
        for (int i = Math.max(1, from); i < Math.min(text.length, from + SECTOR); i++) {
            if (text[i] == '#' && text[i - 1] == '\n' && (i < 2 || text[i - 2] != '\r')) {
                byte[] result = new byte[text.length];
                System.arraycopy(text, 0, result, 0, i);
                Arrays.fill(result, i, Math.min(text.length, i + missing), (byte) '\n');
                int rest = Math.max(0, text.length - i - missing);
                System.arraycopy(text, i, result, text.length - rest, rest);
                return result;
            }
        }
        return text;
    }
}
