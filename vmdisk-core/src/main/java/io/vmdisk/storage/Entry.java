package io.vmdisk.storage;

import java.util.Optional;

/**
 * What a folder has under a name: the entry itself, a symbolic link is not followed.
 *
 * @param kind what it is
 * @param size bytes of a file
 * @param identity what the file system numbers the file or folder by: renaming keeps it, a copy has another; empty where
 *     there is none
 * @param names hard links of a file; 1 where that is not known
 * @since 0.1
 */
public record Entry(Kind kind, long size, Optional<String> identity, int names) {
    /** What an entry is. */
    public enum Kind {
        /** A regular file. */
        FILE,
        /** A folder. */
        FOLDER,
        /** A symbolic link, wherever it leads. */
        LINK,
        /** A device, pipe, socket. */
        OTHER;

        /** In words. */
        public String word() {
            return switch (this) {
                case FILE -> "a file";
                case FOLDER -> "a folder";
                case LINK -> "a symbolic link";
                case OTHER -> "neither a file nor a folder";
            };
        }
    }
}
