package io.vmdisk.cli.view;

import java.math.BigDecimal;

/**
 * Sizes as people write and read them; all arithmetic is exact.
 *
 * <p>Letters are binary: {@code 64k} is 65536 bytes. {@code s} counts sectors of 512 bytes. {@code GB} is refused, as
 * qemu-img does: it is 10^9 to some and 2^30 to others, and a disk has one size.
 */
public final class ByteSize {
    private static final int MAX_TEXT = 40;
    private static final String[] UNITS = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    private ByteSize() {}

    /** Mebibytes in bytes; what does not fit is shown as the end of long. */
    public static long ofMib(long mib) {
        return mib > Long.MAX_VALUE >> 20 ? Long.MAX_VALUE : mib << 20;
    }

    /** Gibibytes in bytes; what does not fit is shown as the end of long. */
    public static long ofGib(long gib) {
        return gib > Long.MAX_VALUE >> 30 ? Long.MAX_VALUE : gib << 30;
    }

    /**
     * Reads {@code 512}, {@code 64k}, {@code 20G}, {@code 1.5T}, {@code 4096s}; {@code 20GiB} means {@code 20G}.
     *
     * @throws IllegalArgumentException if it is not a whole number of bytes between 0 and 2^63 - 1; the message is for
     *     the user
     */
    public static long parse(String text) {
        int digits = 0;
        while (digits < text.length() && (isDigit(text.charAt(digits)) || text.charAt(digits) == '.')) {
            digits++;
        }
        String number = text.substring(0, digits);
        if (text.length() > MAX_TEXT || !isDecimal(number)) {
            throw notASize(text);
        }
        BigDecimal bytes = new BigDecimal(number).multiply(BigDecimal.valueOf(unit(text, text.substring(digits))));
        if (bytes.stripTrailingZeros().scale() > 0) {
            throw new IllegalArgumentException("'" + text + "' is not a whole number of bytes");
        }
        if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new IllegalArgumentException("'" + text + "' is more than " + Long.MAX_VALUE + " bytes");
        }
        return bytes.longValueExact();
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isDecimal(String number) {
        int dot = number.indexOf('.');
        return !number.isEmpty() && dot != 0 && dot != number.length() - 1 && dot == number.lastIndexOf('.');
    }

    private static long unit(String text, String suffix) {
        if (suffix.isEmpty()) {
            return 1;
        }
        String letter = suffix.substring(0, 1);
        String rest = suffix.substring(1);
        int power = "bkmgtpe".indexOf(Character.toLowerCase(letter.charAt(0)));
        if (letter.equalsIgnoreCase("s") && rest.isEmpty()) {
            return 512;
        }
        if (power > 0 && rest.equalsIgnoreCase("b")) {
            throw new IllegalArgumentException("'" + text + "' is not a size that has one meaning: write "
                    + text.substring(0, text.length() - 1) + " for powers of 1024, or the number of bytes");
        }
        boolean spelled = rest.isEmpty() || (power > 0 && rest.equalsIgnoreCase("ib"));
        if (power < 0 || !spelled) {
            throw notASize(text);
        }
        return 1L << (10 * power);
    }

    private static IllegalArgumentException notASize(String text) {
        return new IllegalArgumentException(
                "'" + text + "' is not a size: write 512, 64k, 20G, 1.5T (powers of 1024) or 4096s (sectors)");
    }

    /** {@code 20 GiB}, {@code 1.5 TiB}, {@code 1.21 GiB}, {@code 512 bytes}: up to two decimals, rounded down. */
    public static String print(long bytes) {
        int power = 0;
        while (power < UNITS.length - 1 && bytes >> (10 * (power + 1)) > 0) {
            power++;
        }
        if (power == 0) {
            return bytes == 1 ? "1 byte" : bytes + " bytes";
        }
        long whole = bytes >> (10 * power);
        // Ten bits below the unit are enough for two decimals.
        long fraction = (bytes >> (10 * (power - 1)) & 1023) * 100 >> 10;
        StringBuilder text = new StringBuilder().append(whole);
        if (fraction > 0) {
            text.append('.').append(fraction / 10);
            if (fraction % 10 > 0) {
                text.append(fraction % 10);
            }
        }
        return text.append(' ').append(UNITS[power]).toString();
    }

    /** {@code 10 MiB (10485760 bytes)}: readable, and exact. */
    public static String printExact(long bytes) {
        return bytes < 1024 ? print(bytes) : print(bytes) + " (" + bytes + " bytes)";
    }
}
