package io.vmdisk.machine.model;

import java.nio.file.Path;
import java.time.Instant;

/**
 * One entry of a machine's folder.
 *
 * @param path the file
 * @param role what it is for, told by its content and by who refers to it, its name last
 * @param owner whose it is
 * @param sizeBytes its length; of a folder 0
 * @param modified last change
 * @since 0.1
 */
public record VmFile(Path path, FileRole role, FileOwner owner, long sizeBytes, Instant modified) {
    /** Whether it has the form of a machine's file, but nothing refers to it. */
    public boolean orphan() {
        return owner.kind() == FileOwner.Kind.NOBODY;
    }

    /** Its name in the folder. */
    public String name() {
        return String.valueOf(path.getFileName());
    }
}
