package io.vmdisk.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A folder that nobody else may enter, in which a file is copied for the sake of its access list before it gets its name.
 * Its name can't be foreseen; one that a crash left is known by its form and by holding nothing but the copy.
 *
 * <p>Has no state, so any number of threads may use it at once.
 *
 * @since 0.1
 */
public final class Shelter {
    private static final String COPY = "copy";
    private static final Pattern NAME = Pattern.compile(Pattern.quote(FolderLock.OWN_PREFIX) + "[0-9]+");

    private Shelter() {}

    static Path make(Path folder) throws IOException {
        return Files.createTempDirectory(folder, FolderLock.OWN_PREFIX);
    }

    static Path copyIn(Path shelter) {
        return shelter.resolve(COPY);
    }

    /**
     * Removes one that a crash left; anything else under such a name stays, as does one with anything else in it.
     *
     * @param path an entry of a folder
     */
    public static void clear(Volume volume, Path path) throws IOException {
        if (!isOne(volume, path)) {
            return;
        }
        try {
            for (Path file : volume.list(path)) {
                volume.delete(file);
            }
            volume.delete(path);
        } catch (NoSuchFileException e) {
            // Its maker lives, and is done.
        }
    }

    /** Whether an entry of a folder is one, by its name and by what is in it. */
    public static boolean isOne(Volume volume, Path path) throws IOException {
        if (!NAME.matcher(String.valueOf(path.getFileName())).matches() || !is(volume, path, Entry.Kind.FOLDER)) {
            return false;
        }
        List<Path> files = volume.list(path);
        return files.isEmpty()
                || files.size() == 1 && files.get(0).endsWith(COPY) && is(volume, files.get(0), Entry.Kind.FILE);
    }

    private static boolean is(Volume volume, Path path, Entry.Kind kind) throws IOException {
        return volume.entry(path).filter(entry -> entry.kind() == kind).isPresent();
    }
}
