package io.vmdisk.cli.start;

import io.vmdisk.cli.line.Console;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.storage.HeadStart;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.util.List;
import java.util.Properties;

/** Which vmdisk this is. */
public final class Version {
    private static final String UNKNOWN = "unknown";

    private Version() {}

    /** The version, as the build wrote it into the jar. */
    static String number() {
        return fact("version");
    }

    private static String fact(String key) {
        try (InputStream stream = Version.class.getResourceAsStream("version.properties")) {
            if (stream == null) {
                return UNKNOWN;
            }
            Properties properties = new Properties();
            properties.load(stream);
            String value = properties.getProperty(key, UNKNOWN);
            return value.isBlank() || value.startsWith("$") ? UNKNOWN : value;
        } catch (IOException e) {
            return UNKNOWN;
        }
    }

    /** Whether a line asks for nothing else; with picocli, which knows it too, that would take many times as long. */
    public static boolean isAskedBy(List<String> words) {
        return words.size() == 1
                && (words.get(0).equals("--version") || words.get(0).equals("-V"));
    }

    /** Prints it and returns the exit code. */
    public static int tell(Console console) throws IOException {
        Writer text = console.text();
        for (String line : lines()) {
            text.write(line);
            text.write('\n');
        }
        text.flush();
        return ExitCodes.DONE;
    }

    /** Its name and number. */
    static String text() {
        return "vmdisk " + number();
    }

    /** What {@code --version} prints: all that who helps somebody else must ask for. */
    static String[] lines() {
        return new String[] {
            text(),
            "commit: " + fact("commit"),
            "java:   " + System.getProperty("java.vendor", UNKNOWN) + " " + Runtime.version() + ", "
                    + System.getProperty("os.name", UNKNOWN) + " " + System.getProperty("os.arch", UNKNOWN),
            "native: " + (HeadStart.isPossible() ? "system calls and libraries of this system" : "none, plain Java"),
        };
    }
}
