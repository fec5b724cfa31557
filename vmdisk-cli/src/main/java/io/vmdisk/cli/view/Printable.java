package io.vmdisk.cli.view;

import io.vmdisk.names.PlainText;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Makes text from files safe to print, as {@link PlainText} does; line ends stay in {@link #text}, which is for texts of
 * our own whose names were made safe before, and are escaped in {@link #cell}.
 */
public final class Printable {
    private Printable() {}

    /** For text of several lines. */
    public static String text(String raw) {
        return Arrays.stream(raw.split("\n", -1)).map(PlainText::line).collect(Collectors.joining("\n"));
    }

    /** For text that must stay on one line. */
    public static String cell(String raw) {
        return PlainText.line(raw);
    }
}
