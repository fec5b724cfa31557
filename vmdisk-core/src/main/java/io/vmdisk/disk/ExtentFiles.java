package io.vmdisk.disk;

import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Finds the file that an extent line means. */
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

    private static String lower(Path path) {
        return String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
    }
}
