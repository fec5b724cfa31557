package io.vmdisk.vmx.lint;

import com.google.common.base.Ascii;
import java.util.List;

/** Makes values of a configuration fit to be shown: secrets hidden, control characters escaped, long ones cut. */
final class EchoedValue {
    private static final int MAX_LENGTH = 200;
    private static final String HIDDEN = "(hidden)";
    private static final List<String> SECRET_SUFFIXES = List.of(".password", ".key", ".vspc");
    private static final List<String> SECRET_PREFIXES = List.of("guestinfo.", "encryption.", "vtpm.ek");

    private EchoedValue() {}

    static String of(String key, String value) {
        return !value.isEmpty() && isSecret(key) ? HIDDEN : plain(value);
    }

    static boolean isSecret(String key) {
        String name = Ascii.toLowerCase(key);
        return SECRET_SUFFIXES.stream().anyMatch(name::endsWith)
                || SECRET_PREFIXES.stream().anyMatch(name::startsWith)
                || name.startsWith("serial") && name.endsWith(".filename");
    }

    static String plain(String value) {
        StringBuilder shown = new StringBuilder();
        int[] characters = value.codePoints().limit(MAX_LENGTH + 1L).toArray();
        for (int i = 0; i < Math.min(characters.length, MAX_LENGTH); i++) {
            int c = characters[i];
            if (isUnsafe(c)) {
                shown.append(String.format(java.util.Locale.ROOT, c < 0x100 ? "\\x%02X" : "\\u%04X", c));
            } else {
                shown.appendCodePoint(c);
            }
        }
        return characters.length > MAX_LENGTH ? shown.append("...").toString() : shown.toString();
    }

    /** Control characters, and those that turn the direction of a line or break it. */
    private static boolean isUnsafe(int c) {
        return Character.isISOControl(c)
                || Character.getType(c) == Character.FORMAT
                || Character.getType(c) == Character.LINE_SEPARATOR
                || Character.getType(c) == Character.PARAGRAPH_SEPARATOR
                || Character.getType(c) == Character.SURROGATE;
    }
}
