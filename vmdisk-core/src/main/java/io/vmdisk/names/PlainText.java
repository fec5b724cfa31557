package io.vmdisk.names;

/**
 * Makes text from files and folders safe to show: a name may hold line ends that look like a message of their own,
 * escape sequences that drive a terminal, or marks that turn the direction of what follows.
 *
 * <p>Control characters come out as {@code \\xNN}, line and paragraph separators and invisible format characters as {@code
 * \\uNNNN}; the joiners that scripts and emoji need stay.
 *
 * <p>Has no state, so any number of threads may use it at once.
 *
 * @since 0.1
 */
public final class PlainText {
    private static final String HEX = "0123456789abcdef";
    private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
    private static final int ZERO_WIDTH_JOINER = 0x200D;

    private PlainText() {}

    /** One line, whatever {@code raw} holds. */
    public static String line(String raw) {
        StringBuilder clean = new StringBuilder(raw.length());
        raw.codePoints().forEach(point -> append(clean, point));
        return clean.toString();
    }

    /** Whether a code point comes out as it is. */
    public static boolean isPlain(int point) {
        return !Character.isISOControl(point) && !isInvisible(point);
    }

    private static void append(StringBuilder clean, int point) {
        if (Character.isISOControl(point)) {
            clean.append("\\x").append(HEX.charAt(point >> 4)).append(HEX.charAt(point & 15));
        } else if (isInvisible(point)) {
            clean.append(String.format("\\u%04x", point));
        } else {
            clean.appendCodePoint(point);
        }
    }

    private static boolean isInvisible(int point) {
        return switch (Character.getType(point)) {
            case Character.FORMAT -> point != ZERO_WIDTH_JOINER && point != ZERO_WIDTH_NON_JOINER;
            case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE -> true;
            default -> false;
        };
    }
}
