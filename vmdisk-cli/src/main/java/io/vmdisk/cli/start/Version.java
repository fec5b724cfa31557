package io.vmdisk.cli.start;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** Which vmdisk this is. */
final class Version {
    private Version() {}

    /** The version, as the build wrote it into the jar. */
    static String number() {
        try (InputStream stream = Version.class.getResourceAsStream("version.properties")) {
            if (stream == null) {
                return "unknown";
            }
            Properties properties = new Properties();
            properties.load(stream);
            return properties.getProperty("version", "unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }

    /** What {@code --version} prints. */
    static String text() {
        return "vmdisk " + number();
    }
}
