package io.vmdisk.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * Where two files can stand on the same blocks.
 *
 * <p>Asked before the system is: linking its call costs every copy on another file system more than the answer is worth.
 */
final class BlockSharing {
    /** What Linux calls those that have FICLONERANGE; whether this one was made with it, the system says. */
    private static final Set<String> KNOWN = Set.of("xfs", "btrfs", "bcachefs", "ocfs2", "zfs", "nfs4");

    private BlockSharing() {}

    /** Whether the file system of this file or folder is one that may know it. */
    static boolean isKnownOf(Path path) {
        try {
            return NativeFile.available()
                    && Provider.isDefault(path)
                    && KNOWN.contains(Files.getFileStore(path).type());
        } catch (IOException | SecurityException e) {
            return false;
        }
    }
}
