package io.vmdisk.machine.model;

import java.nio.file.Path;
import java.time.Instant;

/**
 * One entry of a machine's folder.
 *
 * @param path the file
 * @param role what it is for, by its content and by what refers to it; its name counts last
 * @param owner what it belongs to
 * @param sizeBytes its length in bytes; 0 for folders and links
 * @param modified when it was changed last
 * @since 0.1
 */
public record VmFile(Path path, FileRole role, FileOwner owner, long sizeBytes, Instant modified) {
    /** {@return whether its name is like that of a machine's file, but nothing refers to it} */
    public boolean orphan() {
        return owner.kind() == FileOwner.Kind.NOBODY;
    }

    /** {@return its name in the folder} */
    public String name() {
        return String.valueOf(path.getFileName());
    }
}
