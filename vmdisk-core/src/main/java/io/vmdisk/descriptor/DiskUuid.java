package io.vmdisk.descriptor;

import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The 16 bytes of {@code ddb.uuid}, which the guest sees as the disk's SCSI name.
 *
 * @param high the first eight bytes, big-endian
 * @param low the last eight bytes, big-endian
 * @since 0.1
 */
public record DiskUuid(long high, long low) {
    /** What VMware's own begin with: its IEEE number 00:0C:29 behind the type of the name. */
    private static final long VENDOR = 0x6000_C290_0000_0000L;

    private static final long RANDOM_PART = 0x0000_000F_FFFF_FFFFL;

    /**
     * Reads 16 bytes of two hexadecimal digits each, separated by blanks or hyphens.
     *
     * @param text the value of {@code ddb.uuid}
     * @return the name; empty if the text has another form
     */
    public static Optional<DiskUuid> parse(String text) {
        String digits = text.strip();
        long high = 0;
        long low = 0;
        int count = 0;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if (c == ' ' || c == '-') {
                if (count % 2 != 0) {
                    return Optional.empty();
                }
            } else if (HexFormat.isHexDigit(c) && count < 32) {
                high = high << 4 | low >>> 60;
                low = low << 4 | HexFormat.fromHexDigit(c);
                count++;
            } else {
                return Optional.empty();
            }
        }
        return count == 32 ? Optional.of(new DiskUuid(high, low)) : Optional.empty();
    }

    /**
     * Makes a new name that begins as VMware's do.
     *
     * @param random gives the other bits
     * @return a random name
     */
    public static DiskUuid random(RandomGenerator random) {
        return new DiskUuid(VENDOR | (random.nextLong() & RANDOM_PART), random.nextLong());
    }

    /** As descriptors write it: {@code 60 00 C2 91 0a 1b 2c 3d-4e 5f 60 71 82 93 a4 b5}. */
    @Override
    public String toString() {
        String text = bytes(high) + "-" + bytes(low);
        return text.startsWith("60 00 c2") ? "60 00 C2" + text.substring(8) : text;
    }

    private static String bytes(long value) {
        StringBuilder text = new StringBuilder(23);
        for (int shift = 56; shift >= 0; shift -= 8) {
            text.append(HexFormat.of().toHexDigits((byte) (value >>> shift)));
            if (shift > 0) {
                text.append(' ');
            }
        }
        return text.toString();
    }
}
