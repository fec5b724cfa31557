package io.vmdisk.cli.line;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the place the answers go to.
 *
 * @param inIsTerminal whether somebody can answer a question
 * @param outIsTerminal whether people read standard output
 * @param errIsTerminal whether people read standard error
 * @param coloursWelcome false if the environment says {@code NO_COLOR} or the terminal is dumb
 * @param columns characters in a line
 * @param charset how text is encoded; JSON is always UTF-8
 */
public record Terminal(
        boolean inIsTerminal,
        boolean outIsTerminal,
        boolean errIsTerminal,
        boolean coloursWelcome,
        int columns,
        Charset charset) {
    /** The launcher says here which of the streams 0, 1 and 2 are terminals: Java 17 can't ask for each. */
    static final String PROPERTY = "vmdisk.terminal";

    private static final int COLUMNS = 80;
    private static final int FEWEST = 20;
    private static final int MOST = 1000;

    /** A file or pipe. */
    public static final Terminal NONE = new Terminal(false, false, false, false, COLUMNS, StandardCharsets.UTF_8);

    /** Asks the launcher's property and the environment. */
    static Terminal detect(@Nullable String property, Map<String, String> environment) {
        boolean both = property == null
                && System.console() != null
                && Runtime.version().feature() < 22;
        boolean in = both || (property != null && property.contains("0"));
        boolean out = both || (property != null && property.contains("1"));
        boolean err = both || (property != null && property.contains("2"));
        String noColor = environment.getOrDefault("NO_COLOR", "");
        boolean dumb = "dumb".equals(environment.get("TERM"));
        return new Terminal(
                in,
                out,
                err,
                noColor.isEmpty() && !dumb,
                columns(environment.get("COLUMNS"), COLUMNS),
                nativeCharset());
    }

    /** Reads a width, within what can be drawn in; {@code otherwise} if it is none. */
    static int columns(@Nullable String text, int otherwise) {
        if (text == null || text.isEmpty() || text.length() > 4) {
            return otherwise;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return otherwise;
            }
        }
        return Math.max(FEWEST, Math.min(MOST, Integer.parseInt(text)));
    }

    private static Charset nativeCharset() {
        String name = System.getProperty("stdout.encoding", System.getProperty("native.encoding", "UTF-8"));
        return Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.UTF_8;
    }
}
