package io.vmdisk.vm;

import io.vmdisk.disk.DiskLink;
import java.nio.file.Path;

/**
 * One disk of a {@link DiskGraph}; two are equal if they are the same file.
 *
 * @param link what its descriptor says
 * @param key what the file system knows the file by
 * @since 0.1
 */
public record DiskNode(DiskLink link, Object key) {
    /** Its descriptor. */
    public Path path() {
        return link.path();
    }

    /** Its descriptor's name. */
    public String name() {
        return String.valueOf(link.path().getFileName());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DiskNode node && key.equals(node.key);
    }

    @Override
    public int hashCode() {
        return key.hashCode();
    }

    @Override
    public String toString() {
        return name();
    }
}
