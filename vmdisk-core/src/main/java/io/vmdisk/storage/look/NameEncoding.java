package io.vmdisk.storage.look;

import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/**
 * What files can be called here. The system knows names as bytes, Java as text in the encoding of the locale; a name whose
 * bytes are no text there can be listed and opened, but nothing named after it can be found.
 *
 * <p>Has no state, so any number of threads may use it at once.
 *
 * @since 0.1
 */
public final class NameEncoding {
    private NameEncoding() {}

    /** Whether the text of a path leads back to the same path. */
    public static boolean canSay(Path path) {
        try {
            return path.getFileSystem().getPath(path.toString()).equals(path);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** The encoding of names, as the JVM calls it. */
    public static String encoding() {
        return System.getProperty("sun.jnu.encoding", "unknown");
    }

    /** What helps. */
    public static String remedy() {
        return encoding().equals("UTF-8")
                ? "give it a name in UTF-8, as convmv does"
                : "set LC_ALL=C.UTF-8 for this command, or give it a name that " + encoding() + " has";
    }

    /** What is wrong with a name. */
    public static String problem() {
        return "the name is no text in " + encoding() + ", the encoding of this locale";
    }

    /** Refuses a file after which others are named. */
    public static void requireSayable(Path path) throws UnsupportedFeatureException {
        if (!canSay(path)) {
            throw new UnsupportedFeatureException("name-encoding", path, problem(), remedy());
        }
    }

    /** The entries of a folder whose names are no text here. */
    public static List<Path> unsayable(Volume volume, Path folder) throws IOException {
        return volume.list(folder).stream().filter(entry -> !canSay(entry)).toList();
    }
}
