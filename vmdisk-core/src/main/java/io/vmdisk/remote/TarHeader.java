package io.vmdisk.remote;

import io.vmdisk.MalformedFileException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/**
 * The 512 bytes before a member of a tar file: POSIX.1-1988 (ustar) with the additions of pax and GNU tar.
 *
 * @param name with slashes
 * @param size bytes that follow
 * @param modified by its owner's clock
 * @param type a letter
 */
record TarHeader(String name, long size, Instant modified, char type) {
    static final int BYTES = 512;
    private static final int NAME_BYTES = 100;
    private static final int AT_SIZE = 124;
    private static final int AT_TIME = 136;
    private static final int NUMBER_BYTES = 12;
    private static final int AT_SUM = 148;
    private static final int SUM_BYTES = 8;
    private static final int AT_TYPE = 156;
    private static final int AT_MAGIC = 257;
    private static final int AT_PREFIX = 345;
    private static final int PREFIX_BYTES = 155;
    private static final long LAST_SECOND = 253_402_300_799L;

    /** Whether it is one of the empty sectors that end an archive. */
    static boolean isEnd(ByteBuffer sector) {
        for (int i = 0; i < BYTES; i++) {
            if (sector.get(i) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Reads a header, whose sum must be right. */
    static TarHeader parse(ByteBuffer sector, Path archive, long at) throws MalformedFileException {
        long sum = 0;
        for (int i = 0; i < BYTES; i++) {
            sum += i >= AT_SUM && i < AT_SUM + SUM_BYTES ? ' ' : sector.get(i) & 0xFF;
        }
        if (octal(sector, AT_SUM, SUM_BYTES) != sum) {
            throw new MalformedFileException(
                    "tar-header", archive, at, "here is no header of a tar file", "the file is damaged: copy it again");
        }
        long size = number(sector, AT_SIZE);
        if (size < 0) {
            throw new MalformedFileException("tar-size", archive, at, "the size of a member is no number");
        }
        String name = text(sector, 0, NAME_BYTES);
        boolean posix = text(sector, AT_MAGIC, 6).equals("ustar") && sector.get(AT_MAGIC + 5) == 0;
        String prefix = posix ? text(sector, AT_PREFIX, PREFIX_BYTES) : "";
        long time = Math.max(0, Math.min(LAST_SECOND, number(sector, AT_TIME)));
        return new TarHeader(prefix.isEmpty() ? name : prefix + '/' + name, size, Instant.ofEpochSecond(time), (char)
                (sector.get(AT_TYPE) & 0xFF));
    }

    /** Whether it is a plain file. */
    boolean isFile() {
        return (type == '0' || type == 0 || type == '7') && !name.endsWith("/");
    }

    /** Whether what follows says something about the next member. */
    boolean isAttribute() {
        return type == 'x' || type == 'L' || type == 'g' || type == 'K';
    }

    /** Adds what it says of the next member. */
    void addTo(Map<String, String> extended, String text) {
        if (type == 'L') {
            int end = text.indexOf('\0');
            extended.put("path", end < 0 ? text : text.substring(0, end));
        } else if (type == 'x') {
            // Lines of LENGTH KEY=VALUE; a value with a line end is none of the two that matter here.
            for (String line : text.split("\n", -1)) {
                int blank = line.indexOf(' ');
                int equals = line.indexOf('=');
                if (blank > 0 && equals > blank) {
                    extended.put(line.substring(blank + 1, equals), line.substring(equals + 1));
                }
            }
        }
    }

    private static String text(ByteBuffer sector, int at, int most) {
        int length = 0;
        while (length < most && sector.get(at + length) != 0) {
            length++;
        }
        byte[] bytes = new byte[length];
        sector.get(at, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Octal digits, or with the first bit set a binary number; -1 for neither. */
    private static long number(ByteBuffer sector, int at) {
        if ((sector.get(at) & 0x80) == 0) {
            return octal(sector, at, NUMBER_BYTES);
        }
        return sector.get(at) == (byte) 0x80 && sector.getInt(at) << 8 == 0 && sector.getLong(at + 4) >= 0
                ? sector.getLong(at + 4)
                : -1;
    }

    private static long octal(ByteBuffer sector, int at, int length) {
        String digits = text(sector, at, length).strip();
        if (digits.isEmpty()) {
            return 0;
        }
        return digits.matches("[0-7]{1,12}") ? Long.parseLong(digits, 8) : -1;
    }
}
