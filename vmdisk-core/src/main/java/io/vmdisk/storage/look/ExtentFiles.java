package io.vmdisk.storage.look;

import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Finds the file that an extent line means.
 *
 * <p>Has no state, so any number of threads may use it at once.
 *
 * @since 0.1
 */
public final class ExtentFiles {
    private ExtentFiles() {}

    /** A copy to a file system that tells cases apart may have changed a name's case: one match is taken. */
    public static Path existing(Volume volume, Path path) throws IOException {
        if (volume.exists(path)) {
            return path;
        }
        Path folder = path.toAbsolutePath().getParent();
        if (folder == null || !volume.exists(folder)) {
            return path;
        }
        String wanted = lower(path);
        List<Path> matches = volume.list(folder).stream()
                .filter(entry -> lower(entry).equals(wanted))
                .toList();
        return matches.size() == 1 ? matches.get(0) : path;
    }

    /** A word on files beside a missing one whose names are no text here, as one of them may be it; else empty. */
    public static String unsayableBeside(Volume volume, Path missing) throws IOException {
        Path folder = missing.toAbsolutePath().getParent();
        if (folder == null || !volume.exists(folder)) {
            return "";
        }
        long count = NameEncoding.unsayable(volume, folder).size();
        return count == 0
                ? ""
                : count + (count == 1 ? " file" : " files") + " beside it may be it, but "
                        + (count == 1 ? "its name is" : "their names are") + " no text in " + NameEncoding.encoding()
                        + ": "
                        + NameEncoding.remedy() + "; else ";
    }

    private static String lower(Path path) {
        return String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
    }
}
