package io.vmdisk.dictionary;

import java.util.OptionalLong;

/** Reads the numbers of dictionaries: decimal digits with an optional minus sign and nothing else. */
final class DecimalNumber {
    private static final int MAX_LENGTH = 20;

    private DecimalNumber() {}

    static OptionalLong parse(String text) {
        int digits = text.startsWith("-") ? 1 : 0;
        boolean plain = text.length() > digits
                && text.length() <= MAX_LENGTH
                && text.chars().skip(digits).allMatch(c -> c >= '0' && c <= '9');
        if (!plain) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            // Too large for 64 bits.
            return OptionalLong.empty();
        }
    }
}
