package io.vmdisk.cli.view;

/**
 * Makes text from files safe to print: a descriptor may hold escape sequences that would drive the terminal.
 *
 * <p>Control characters come out as {@code \\xNN}, bidirectional overrides as {@code \\uNNNN}; line ends stay in {@link
 * #text} and are escaped in {@link #cell}.
 */
public final class Printable {
    private static final String HEX = "0123456789abcdef";

    private Printable() {}

    /** For text of several lines. */
    public static String text(String raw) {
        StringBuilder clean = new StringBuilder(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '\n') {
                clean.append(c);
            } else {
                append(clean, c);
            }
        }
        return clean.toString();
    }

    /** For text that must stay on one line. */
    public static String cell(String raw) {
        StringBuilder clean = new StringBuilder(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            append(clean, raw.charAt(i));
        }
        return clean.toString();
    }

    private static void append(StringBuilder clean, char c) {
        if (Character.isISOControl(c)) {
            clean.append("\\x").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
        } else if (turnsDirection(c)) {
            clean.append("\\u").append(Integer.toHexString(c));
        } else {
            clean.append(c);
        }
    }

    private static boolean turnsDirection(char c) {
        return (c >= '\u202a' && c <= '\u202e') || (c >= '\u2066' && c <= '\u2069');
    }
}
