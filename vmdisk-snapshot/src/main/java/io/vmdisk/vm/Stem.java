package io.vmdisk.vm;

import java.nio.file.Path;

/** Names that differ in their suffix only. */
final class Stem {
    private Stem() {}

    /** The file's name without what follows its last dot. */
    static String of(Path file) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    /** The file beside it with another suffix. */
    static Path sibling(Path file, String suffix) {
        return file.resolveSibling(of(file) + suffix);
    }
}
