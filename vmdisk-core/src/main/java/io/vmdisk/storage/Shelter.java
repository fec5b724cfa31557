package io.vmdisk.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A folder that nobody else may enter. A file is copied into it, to keep its access list, before it gets its name. The
 * name of the folder can't be foreseen; one that a crash left is known by the form of its name and by holding nothing
 * but the copy.
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
     * Removes such a folder that a crash left. Anything else under such a name stays, and so does a folder with
     * anything else in it.
     *
     * @param volume that has the folder
     * @param path an entry of a folder
     * @throws IOException if it can't be removed
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

    /**
     * {@return whether an entry of a folder is such a folder, by its name and by what is in it}
     *
     * @param volume that has the entry
     * @param path of the entry
     * @throws IOException if it can't be looked at
     */
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
