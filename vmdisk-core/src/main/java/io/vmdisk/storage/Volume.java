package io.vmdisk.storage;

import io.vmdisk.UnsafeStateException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * The folders as planners, writers and readers see them: the seam at which tests crash, fault and record.
 *
 * <p>Works with the paths of any NIO file system. Names are durable only after {@link #forceNames}: after create,
 * rename and delete alike. Thread-safe.
 */
public interface Volume {
    /** The file systems of this JVM. */
    static Volume system() {
        return NioVolume.INSTANCE;
    }

    /** Opens a file; a symbolic link is followed, anything but a regular file is refused. */
    BlockFile open(Path path, OpenMode mode) throws IOException;

    /** Opens a block device, for reading; only ever called on the user's word. */
    BlockFile openDevice(Path path) throws IOException;

    /** Whether a file or folder has this name. */
    boolean exists(Path path);

    /** What is known of a file or folder without opening it. */
    FileFacts facts(Path path) throws IOException;

    /** The entries of a folder, sorted by name; at most 100000, more is refused. */
    List<Path> list(Path folder) throws IOException;

    /** Makes a folder and those above it. */
    void createFolder(Path folder) throws IOException;

    /** Renames a file; an existing target is replaced. Atomic where the file system can. */
    void rename(Path from, Path to) throws IOException;

    /** Removes a file or an empty folder; fails if it is not there. */
    void delete(Path path) throws IOException;

    /** Makes the names in a folder durable, where the platform has a way. */
    void forceNames(Path folder) throws IOException;

    /** Room left in the file store that holds {@code folder}. */
    long freeBytes(Path folder) throws IOException;

    /** A name for the file store that holds {@code folder}; equal for equal stores. */
    String storeName(Path folder) throws IOException;

    /**
     * Takes the exclusive lock named by a file, creating the file.
     *
     * @throws io.vmdisk.UnsafeStateException if another holder has it
     */
    Closeable lock(Path lockFile) throws IOException;

    /**
     * Reads a whole small file.
     *
     * @param limit bytes; a larger file is refused
     */
    default byte[] readAll(Path path, int limit) throws IOException {
        try (BlockFile file = open(path, OpenMode.READ)) {
            long size = file.size();
            if (size > limit) {
                throw new io.vmdisk.LimitExceededException(
                        "file-size", path, "the file has " + size + " bytes, at most " + limit + " are read", null);
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) size);
            file.readFully(0, bytes);
            return bytes.array();
        }
    }

    /** The folder, or if it is not there the nearest above it that is. */
    default Path existing(Path folder) {
        Path at = folder;
        for (Path above = at; above != null; above = above.getParent()) {
            at = above;
            if (exists(above)) {
                return above;
            }
        }
        return at;
    }

    /** Removes what may have been left of earlier work: a file, or a folder with the files in it. */
    default void clear(Path leftover) throws IOException {
        if (!exists(leftover)) {
            return;
        }
        if (facts(leftover).kind() == FileFacts.Kind.FOLDER) {
            for (Path file : list(leftover)) {
                delete(file);
            }
        }
        delete(leftover);
    }

    /**
     * Puts new content under a name: written beside it, forced, renamed over, name forced. A crash leaves the old or the
     * new file whole; a failure before the name changes leaves nothing of the new one.
     *
     * @throws UnsafeStateException if a disk of this name was being made, and files of it wait for recovery
     */
    default void replace(Path path, byte[] content) throws IOException {
        Path folder = AtomicName.folderOf(path);
        Path fresh = AtomicName.beside(path);
        refuseUnfinished(path);
        clear(fresh);
        try {
            try (BlockFile file = open(fresh, OpenMode.CREATE)) {
                file.writeFully(0, ByteBuffer.wrap(content));
                file.force();
            }
            rename(fresh, path);
        } catch (IOException e) {
            try {
                delete(fresh);
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
        forceNames(folder);
    }

    /**
     * Refuses a name under which a disk was being made, as long as files of it wait for recovery: with its extents under
     * their names already, they may be all that there is of the rest.
     */
    default void refuseUnfinished(Path path) throws IOException {
        Path making = AtomicName.beside(path);
        if (exists(making)
                && facts(making).kind() == FileFacts.Kind.FOLDER
                && list(making).stream()
                        .anyMatch(file -> !file.getFileName().toString().startsWith(FolderLock.OWN_PREFIX))) {
            throw new UnsafeStateException(
                    "unfinished",
                    path,
                    making.getFileName()
                            + " beside it holds files of a disk that is being made, or was when a crash came",
                    "let that end; after a crash 'vmdisk recover' in its folder finishes the disk or removes them");
        }
    }
}
