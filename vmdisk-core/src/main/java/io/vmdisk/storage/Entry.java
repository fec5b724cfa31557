package io.vmdisk.storage;

import java.util.Optional;

/**
 * What a folder has under a name: the entry itself, a symbolic link is not followed.
 *
 * @param kind what it is
 * @param size bytes of a file; of anything else what the file system says
 * @param identity the number of the file or folder in its file system: a renamed file keeps it, a copy has another one;
 *     empty where there is none
 * @param names how many hard links a file has; 1 where that is not known, and for anything but a file
 * @since 0.1
 */
public record Entry(Kind kind, long size, Optional<String> identity, int names) {
    /** What an entry is. */
    public enum Kind {
        /** A regular file. */
        FILE,
        /** A folder. */
        FOLDER,
        /** A symbolic link; it may lead nowhere. */
        LINK,
        /** A device, a pipe or a socket. */
        OTHER;

        /** {@return the kind in English with its article, such as {@code a symbolic link}} */
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
