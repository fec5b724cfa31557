package io.vmdisk.vm;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A lock of VMware's making, or of ours in its form.
 *
 * @param path the lock itself
 * @param locked the file it is for, if its name tells
 * @param form how it is stored
 * @param state what it means here and now
 * @param holders who holds it, as far as it says
 * @since 0.1
 */
public record VmwareLock(Path path, Optional<Path> locked, Form form, State state, List<LockMember> holders) {
    /** What the name of a lock, and of each file in its folder, ends in. */
    public static final String SUFFIX = ".lck";

    /** How a lock is stored. */
    public enum Form {
        /** A folder {@code FILE.lck} with a member file for each holder. */
        FOLDER,
        /** A file {@code FILE.lck}, {@code FILE.WRITELOCK} or {@code FILE.READLOCK}. */
        FILE,
        /** A file {@code .lck-…} that ESXi keeps on NFS. */
        NFS
    }

    /** What a lock means. */
    public enum State {
        /** Somebody holds it, or may: what can't be read counts too. */
        HELD,
        /** This process holds it. */
        OURS,
        /** It was made in another folder and copied along: a sign of a running machine that was copied. */
        COPIED,
        /** A process of this machine that has ended held it. */
        STALE,
        /** A folder without holders. */
        FREE
    }

    /** Copies the list. */
    public VmwareLock {
        holders = List.copyOf(holders);
    }

    /** {@return the folder that locks a file, beside it} */
    static Path folderOf(Path file) {
        return file.resolveSibling(file.getFileName() + SUFFIX);
    }
}
