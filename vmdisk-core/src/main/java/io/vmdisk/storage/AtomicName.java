package io.vmdisk.storage;

import java.nio.file.Path;

/**
 * Names for files that are written beside their final name and then renamed over it.
 *
 * <p>Has no state, so any number of threads may use it at once.
 *
 * @since 0.1
 */
public final class AtomicName {
    /**
     * The end of the name of each unfinished file of this library. If no vmdisk works on it, recovery finishes or
     * removes it.
     */
    public static final String SUFFIX = ".vmdisk-new";

    private AtomicName() {}

    /**
     * {@return the name of the unfinished file that is to become {@code path}: in the same folder, with {@link #SUFFIX}
     * added}
     *
     * @param path the final name
     */
    public static Path beside(Path path) {
        return path.resolveSibling(path.getFileName() + SUFFIX);
    }

    /**
     * The name by which users know a file that may be unfinished.
     *
     * @param path any
     * @return the name without {@link #SUFFIX}; for a file in the folder in which a disk is made, its name beside that
     *     folder; {@code path} itself if nothing about it is unfinished
     */
    public static Path finished(Path path) {
        Path folder = path.getParent();
        Path name = path.getFileName();
        if (name == null) {
            return path;
        }
        Path known = folder != null && isUnfinished(folder) ? folder.resolveSibling(name) : path;
        return isUnfinished(known)
                ? known.resolveSibling(
                        name.toString().substring(0, name.toString().length() - SUFFIX.length()))
                : known;
    }

    /**
     * {@return whether this is the name of an unfinished file, or of a folder of them}
     *
     * @param path any; only its last name counts
     */
    public static boolean isUnfinished(Path path) {
        return path.getFileName() != null && path.getFileName().toString().endsWith(SUFFIX);
    }

    /**
     * {@return the folder that holds {@code path}, absolute; a root holds itself}
     *
     * @param path need not exist
     */
    public static Path folderOf(Path path) {
        Path absolute = path.toAbsolutePath();
        Path parent = absolute.getParent();
        Path root = absolute.getRoot();
        // Some foreign file systems know no folder above what lies directly in their root.
        return parent != null ? parent : root != null ? root : absolute;
    }
}
