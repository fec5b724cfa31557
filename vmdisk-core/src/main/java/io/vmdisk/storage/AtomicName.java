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
    /** What every unfinished file of ours ends in; with no vmdisk running, recovery does with it. */
    public static final String SUFFIX = ".vmdisk-new";

    private AtomicName() {}

    /** The unfinished twin of {@code path}. */
    public static Path beside(Path path) {
        return path.resolveSibling(path.getFileName() + SUFFIX);
    }

    /**
     * The name by which users know a file that may be unfinished: that of its twin, or, in a folder in which a disk is
     * made, that beside the folder.
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

    /** Whether this is the name of an unfinished file, or of a folder of them. */
    public static boolean isUnfinished(Path path) {
        return path.getFileName() != null && path.getFileName().toString().endsWith(SUFFIX);
    }

    /** The folder that holds {@code path}; a root holds itself. */
    public static Path folderOf(Path path) {
        Path absolute = path.toAbsolutePath();
        Path parent = absolute.getParent();
        Path root = absolute.getRoot();
        // Some foreign file systems know no folder above what lies directly in their root.
        return parent != null ? parent : root != null ? root : absolute;
    }
}
