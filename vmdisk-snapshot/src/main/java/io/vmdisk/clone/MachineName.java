package io.vmdisk.clone;

import io.vmdisk.UnsupportedFeatureException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Names of machines that do for their files, too. */
final class MachineName {
    private static final int MAX_LENGTH = 80;
    private static final String NEVER = "/\\:*?\"<>|%";
    private static final Pattern DEVICE = Pattern.compile("(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\\..*)?");

    private MachineName() {}

    /** Refuses a name that some system can't have in a folder, or that some inventory escapes. */
    static void require(String name, Path where) throws UnsupportedFeatureException {
        boolean sound = !name.isBlank()
                && name.length() <= MAX_LENGTH
                && name.equals(name.strip())
                && !name.startsWith(".")
                && !name.endsWith(".")
                && !DEVICE.matcher(name).matches()
                && name.chars().noneMatch(c -> NEVER.indexOf(c) >= 0 || Character.isISOControl(c));
        if (!sound) {
            throw new UnsupportedFeatureException(
                    "machine-name",
                    where,
                    "'" + name + "' can't be the name of a machine and of its files on all systems",
                    "use at most " + MAX_LENGTH + " characters, none of " + NEVER
                            + ", and no word that is a device on Windows");
        }
    }
}
