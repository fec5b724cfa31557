package io.vmdisk.descriptor;

import com.google.common.base.Strings;
import java.util.HexFormat;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The 32-bit mark of a disk's content. It changes with the first write after an open, and a child keeps that of its
 * parent.
 *
 * @param value the 32 bits, unsigned
 * @since 0.1
 */
public record ContentId(int value) {
    /** As a parent's ID: no parent. */
    public static final ContentId NONE = new ContentId(0xFFFF_FFFF);

    /** What VMware gives to a new disk that was never written. */
    public static final ContentId NEVER_WRITTEN = new ContentId(0xFFFF_FFFE);

    private static final int LONG_FORM_DIGITS = 32;
    private static final int OWN_DIGITS = 8;

    /**
     * Reads 1 to 8 hexadecimal digits.
     *
     * @param digits the digits, in any case
     * @return the ID; empty if the text is empty, longer, or has another character
     */
    public static Optional<ContentId> parse(String digits) {
        if (digits.isEmpty() || digits.length() > OWN_DIGITS) {
            return Optional.empty();
        }
        int value = 0;
        for (int i = 0; i < digits.length(); i++) {
            if (!HexFormat.isHexDigit(digits.charAt(i))) {
                return Optional.empty();
            }
            value = value << 4 | HexFormat.fromHexDigit(digits.charAt(i));
        }
        return Optional.of(new ContentId(value));
    }

    /** {@return bits for new IDs: they must differ, not be secret, and what makes secrets takes long to load} */
    public static RandomGenerator bits() {
        return new SplittableRandom();
    }

    /**
     * Makes a new ID. It is never {@link #NONE}, {@link #NEVER_WRITTEN} or zero, which have meanings of their own.
     *
     * @param random gives the bits
     * @return a random ID
     */
    public static ContentId random(RandomGenerator random) {
        int value = random.nextInt();
        while (value == NONE.value || value == NEVER_WRITTEN.value || value == 0) {
            value = random.nextInt();
        }
        return new ContentId(value);
    }

    /** {@return whether this is {@link #NONE}} */
    public boolean isNone() {
        return value == NONE.value;
    }

    /**
     * Makes a 128-bit content ID that ends in this one.
     *
     * @param random gives the other 96 bits
     * @return 32 hexadecimal digits in lower case: 24 random ones, then the 8 of this ID
     */
    public String randomLongForm(RandomGenerator random) {
        StringBuilder digits = new StringBuilder(LONG_FORM_DIGITS);
        for (int i = 0; i < 3; i++) {
            digits.append(hex(random.nextInt()));
        }
        return digits.append(this).toString();
    }

    // By hand: a record's own is linked at run time, which every short command would wait for.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ContentId id && id.value == value;
    }

    @Override
    public int hashCode() {
        return value;
    }

    /** Eight hexadecimal digits in lower case. */
    @Override
    public String toString() {
        return hex(value);
    }

    private static String hex(int value) {
        return Strings.padStart(Integer.toHexString(value), OWN_DIGITS, '0');
    }
}
