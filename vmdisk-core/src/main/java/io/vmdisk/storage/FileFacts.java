package io.vmdisk.storage;

import java.time.Instant;

/**
 * What the file system says about a file or folder, with links followed.
 *
 * @param kind a regular file, a folder or anything else
 * @param size in bytes, 0 or more
 * @param modified when the content was changed last
 * @param key equal for two names of one file if the file system has such a key; else the absolute path without links
 * @since 0.1
 */
public record FileFacts(Kind kind, long size, Instant modified, Object key) {
    /** What an entry is. */
    public enum Kind {
        /** A regular file. */
        FILE,
        /** A folder. */
        FOLDER,
        /** A device, a pipe or a socket. */
        OTHER
    }
}
