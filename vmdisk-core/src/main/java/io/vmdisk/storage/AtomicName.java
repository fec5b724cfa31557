package io.vmdisk.storage;

import java.nio.file.Path;

/** Names for files that are written beside their final name and then renamed over it. */
public final class AtomicName {
    /** What every unfinished file of ours ends in; such a file may be removed when no vmdisk runs. */
    public static final String SUFFIX = ".vmdisk-new";

    private AtomicName() {}

    /** The unfinished twin of {@code path}. */
    public static Path beside(Path path) {
        return path.resolveSibling(path.getFileName() + SUFFIX);
    }

    /** The folder that holds {@code path}. */
    public static Path folderOf(Path path) {
        Path parent = path.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IllegalArgumentException("has no folder: " + path);
        }
        return parent;
    }
}
