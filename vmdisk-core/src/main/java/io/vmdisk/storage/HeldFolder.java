package io.vmdisk.storage;

import java.io.Closeable;
import java.io.IOException;

/**
 * A folder that was reached from another one without following any link, and in which names are changed without following
 * any: whoever swaps a folder for a link meanwhile gains nothing. Names are single ones. For one thread.
 *
 * @since 0.1
 */
public interface HeldFolder extends Closeable {
    /** Opens a regular file for writing, or makes a new one. */
    BlockFile open(String name, OpenMode mode) throws IOException;

    /** Renames a file; an existing target is replaced. */
    void rename(String name, HeldFolder to, String newName) throws IOException;

    /** Removes a file, a link or an empty folder. */
    void delete(String name) throws IOException;
}
