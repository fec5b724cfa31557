package io.vmdisk.storage;

import java.time.Instant;

/**
 * What a folder says of one entry.
 *
 * @param kind regular file, folder or anything else (links are followed)
 * @param size bytes
 * @param modified last change of the content
 * @param key equal for two names of one file, where the file system has such a key; else the absolute path
 * @since 0.1
 */
public record FileFacts(Kind kind, long size, Instant modified, Object key) {
    /** What an entry is. */
    public enum Kind {
        /** A regular file. */
        FILE,
        /** A folder. */
        FOLDER,
        /** A device, pipe, socket. */
        OTHER
    }
}
