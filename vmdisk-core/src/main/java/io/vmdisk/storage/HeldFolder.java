package io.vmdisk.storage;

import java.io.Closeable;
import java.io.IOException;

/**
 * A folder that was reached from another one without following any link, and in which names are changed without
 * following any. If somebody swaps a folder for a link meanwhile, nothing outside changes. Names are single ones,
 * without separators. For one thread; the opener closes it.
 *
 * @since 0.1
 */
public interface HeldFolder extends Closeable {
    /**
     * Opens a regular file for writing, or makes a new one.
     *
     * @param name in this folder
     * @param mode {@link OpenMode#WRITE} for a file that exists, {@link OpenMode#CREATE} for a new one
     * @return the open file, which the caller closes; it stays open when this folder is closed
     * @throws io.vmdisk.UnsafeStateException {@code link} if the name is that of a link or of anything but a regular
     *     file, {@code hard-link} if the file has a second name
     * @throws IOException if the file system fails
     */
    BlockFile open(String name, OpenMode mode) throws IOException;

    /**
     * Renames a file; an existing file of the new name is replaced.
     *
     * @param name in this folder
     * @param to the folder for the new name, opened by the same volume; may be this one
     * @param newName in {@code to}
     * @throws IOException if the file system refuses
     */
    void rename(String name, HeldFolder to, String newName) throws IOException;

    /**
     * Removes a file, a link or an empty folder.
     *
     * @param name in this folder
     * @throws IOException if it does not exist or the file system refuses
     */
    void delete(String name) throws IOException;
}
