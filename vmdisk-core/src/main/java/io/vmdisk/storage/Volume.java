package io.vmdisk.storage;

import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Files and folders as planners, writers and readers see them: the one place where tests crash, fail and record.
 *
 * <p>Works with the paths of any NIO file system. Names are durable only after {@link #forceNames}: after create,
 * rename and delete alike. Thread-safe.
 *
 * <p>Where a method says {@link IOException} without more, that is a failure of the file system under its own class,
 * {@link java.nio.file.NoSuchFileException} and {@link java.nio.file.AccessDeniedException} for instance. A file system
 * that throws anything else fails as {@link io.vmdisk.UnsupportedFeatureException} {@code file-system}.
 *
 * @since 0.1
 */
public interface Volume {
    /** {@return the file systems of this JVM; always the same volume} */
    static Volume system() {
        return NioVolume.INSTANCE;
    }

    /**
     * Whether a path, by its name or by where it lies, is below a root that the user mapped. What lies there may be
     * changed like files that the user named.
     *
     * @param path need not exist
     * @return false if it lies elsewhere, or if a link leads from there out of the mapped folder
     */
    default boolean isMapped(Path path) {
        return false;
    }

    /**
     * The name under which other files are to mention a path. It differs from the path only in a mapped folder: {@link
     * MappedVolume}.
     *
     * @param path need not exist
     * @return the path itself where nothing is mapped
     */
    default Path named(Path path) {
        return path;
    }

    /**
     * The place that a name stands for. It differs from the name only below a mapped root: {@link MappedVolume}.
     *
     * @param path as files or users name it; need not exist
     * @return the path itself where nothing is mapped
     */
    default Path actual(Path path) {
        return path;
    }

    /**
     * Opens a file. A symbolic link is followed if the file exists: {@link LinkBounds} says which links are allowed. A
     * new file is never made through a link.
     *
     * @param path of a regular file; for {@link OpenMode#CREATE} a name that is free in a folder that exists
     * @param mode what may be done with the file
     * @return the open file, which the caller closes
     * @throws io.vmdisk.UnsupportedFeatureException {@code folder} or {@code device} if this is no regular file
     * @throws UnsafeStateException {@code changed} if another file took the name while it was opened
     * @throws java.nio.file.FileAlreadyExistsException if a new file is to get a name that is taken
     * @throws IOException if the file system fails
     */
    BlockFile open(Path path, OpenMode mode) throws IOException;

    /**
     * Opens an existing file if it lies within bounds once links are followed. That holds at the moment of opening too.
     *
     * @param bounds where the file must lie
     * @param path of a regular file
     * @param mode {@link OpenMode#READ} or {@link OpenMode#WRITE}
     * @return the open file, which the caller closes
     * @throws UnsafeStateException {@code outside-folder} if links lead out, {@code changed} if another file took the
     *     name while it was opened
     * @throws IOException as {@link #open}
     */
    default BlockFile openWithin(LinkBounds bounds, Path path, OpenMode mode) throws IOException {
        bounds.require(path);
        return open(path, mode);
    }

    /**
     * Makes a new file, for reading and writing, that gives nobody more rights than {@code model} does: it gets the
     * owner, group, mode, access list and extended attributes of the model, as far as the system lets this process set
     * them.
     *
     * @param path a name that is free
     * @param model a file; if it does not exist, the new file has the rights of any new file
     * @return the open file, which the caller closes
     * @throws IOException as {@link #open}; the new file is removed if its rights can't be set
     */
    default BlockFile createLike(Path path, Path model) throws IOException {
        return open(path, OpenMode.CREATE);
    }

    /**
     * {@return this volume, except that each new file gets the rights of {@code model}, as by {@link #createLike}}
     *
     * @param model a file
     */
    default Volume creatingLike(Path model) {
        return new LikeVolume(this, model);
    }

    /**
     * Opens a device for reading. This is called only if the user allowed this device.
     *
     * @param path of a device or a file
     * @return the open device, which the caller closes
     * @throws io.vmdisk.UnsupportedFeatureException {@code pipe} if this is a pipe or a socket
     * @throws IOException if it can't be opened
     */
    BlockFile openDevice(Path path) throws IOException;

    /**
     * {@return whether a file or folder has this name, with links followed; false if the file system can't tell}
     *
     * @param path any
     */
    boolean exists(Path path);

    /**
     * {@return whether a new file can't have this name; a symbolic link takes its name even if it leads nowhere}
     *
     * @param path any
     */
    default boolean taken(Path path) {
        return exists(path);
    }

    /**
     * {@return whether this is the name of a symbolic link, even of one that leads nowhere}
     *
     * @param path any
     */
    default boolean isLink(Path path) {
        return false;
    }

    /**
     * Follows all symbolic links on the way to a file, and those of its own name.
     *
     * @param path need not exist; the folders that exist are followed
     * @return an absolute path without links
     * @throws java.nio.file.FileSystemLoopException if more than 40 links follow each other
     * @throws IOException if a folder on the way can't be read
     */
    default Path real(Path path) throws IOException {
        return path.toAbsolutePath().normalize();
    }

    /**
     * Follows a link that a user named.
     *
     * @param path of a file, or of a link to one
     * @return {@code path} itself, or the absolute path of the file that it leads to if it is a link
     * @throws IOException as {@link #real}
     */
    default Path followed(Path path) throws IOException {
        return isLink(path) ? real(path) : path;
    }

    /**
     * Finds the file that changes when {@code path} is replaced.
     *
     * @param path need not exist
     * @return {@code path} itself, or if it is a link the file in the same folder that it leads to
     * @throws UnsafeStateException {@code outside-folder} if the link leads out of its folder
     * @throws IOException as {@link #real}
     */
    default Path replaced(Path path) throws IOException {
        return LinkBounds.replaced(this, path);
    }

    /**
     * {@return the owner, group and mode of a file; empty where its file system does not tell}
     *
     * @param path of a file, with links followed
     * @throws IOException if the file can't be looked at
     */
    default Optional<FileRights> rights(Path path) throws IOException {
        return Optional.empty();
    }

    /**
     * {@return what the file system says about a file or folder, without opening it; links are followed}
     *
     * @param path of a file or folder that exists
     * @throws java.nio.file.NoSuchFileException if nothing has this name
     * @throws IOException if it can't be looked at
     */
    FileFacts facts(Path path) throws IOException;

    /**
     * {@return what a folder has under this name, a symbolic link not followed; empty if nothing has the name}
     *
     * @param path any
     * @throws IOException if the folder can't be looked at
     */
    default Optional<Entry> entry(Path path) throws IOException {
        if (!exists(path)) {
            return Optional.empty();
        }
        FileFacts facts = facts(path);
        Entry.Kind kind = switch (facts.kind()) {
            case FILE -> Entry.Kind.FILE;
            case FOLDER -> Entry.Kind.FOLDER;
            case OTHER -> Entry.Kind.OTHER;
        };
        return Optional.of(new Entry(kind, facts.size(), Optional.empty(), 1));
    }

    /**
     * {@return the entries of a folder, sorted by name, each with the folder before its name}
     *
     * @param folder one that exists
     * @throws io.vmdisk.LimitExceededException {@code folder-entries} if there are more than 100000
     * @throws IOException if it is not a folder or can't be read
     */
    List<Path> list(Path folder) throws IOException;

    /**
     * Makes a folder, and the folders above it that do not exist. A folder that exists is left as it is.
     *
     * @param folder its path
     * @throws IOException if a file has one of the names, or the file system fails
     */
    void createFolder(Path folder) throws IOException;

    /**
     * Makes one new folder. Only this user may enter it, where the file system has such rights.
     *
     * @param folder a name that is free, in a folder that exists
     * @throws FileAlreadyExistsException if the name is taken
     * @throws IOException if the file system fails
     */
    default void makeFolder(Path folder) throws IOException {
        if (entry(folder).isPresent()) {
            throw new FileAlreadyExistsException(folder.toString());
        }
        createFolder(folder);
    }

    /**
     * Confines changes to some folders. Reading is not confined.
     *
     * @param folders in which files may be made, changed, renamed and removed
     * @return the same files; changes to other paths, and to paths that lead through a symbolic link below the folders,
     *     fail with {@link UnsafeStateException} {@code outside} or {@code link}
     */
    default Volume within(List<Path> folders) {
        return new ConfinedVolume(this, folders);
    }

    /**
     * Opens a folder for changes to its names. No link between {@code root} and the folder is followed.
     *
     * @param root an absolute path; links on the way to it are followed
     * @param folder the root itself or a folder below it
     * @return the folder, which the caller closes
     * @throws UnsafeStateException {@code link} if something on the way is no folder
     * @throws IOException if a folder on the way does not exist or can't be opened
     */
    default HeldFolder hold(Path root, Path folder) throws IOException {
        return new CheckedFolder(this, root, folder);
    }

    /**
     * Refuses a path where this volume changes nothing. Only a volume made by {@link #within} refuses any.
     *
     * @param path need not exist
     * @throws UnsafeStateException {@code outside} if it lies outside, {@code link} if a link lies on the way
     * @throws IOException if a folder on the way can't be looked at
     */
    default void requireReachable(Path path) throws IOException {}

    /**
     * Renames a file; an existing file of the new name is replaced. Atomic where the file system can do that.
     *
     * @param from a file that exists
     * @param to its new name
     * @throws IOException if the file system refuses
     */
    void rename(Path from, Path to) throws IOException;

    /**
     * Removes a file, a link or an empty folder.
     *
     * @param path must exist
     * @throws java.nio.file.NoSuchFileException if it does not exist
     * @throws IOException if the file system refuses, for instance because a folder is not empty
     */
    void delete(Path path) throws IOException;

    /**
     * Makes the names in a folder durable, where the platform has a way to do that.
     *
     * @param folder whose entries were made, renamed or removed
     * @throws java.nio.file.NotDirectoryException if it is not a folder
     * @throws IOException if the drive fails
     */
    void forceNames(Path folder) throws IOException;

    /**
     * {@return the bytes that this process can still use in the file store of {@code folder}; {@link Long#MAX_VALUE} if
     * the file system does not tell}
     *
     * @param folder one that exists; see {@link #existing}
     * @throws IOException if it can't be looked at
     */
    long freeBytes(Path folder) throws IOException;

    /**
     * Whether new files of a folder could share blocks with a file, as {@link BlockFile#share} does, by what their file system
     * says. Nothing is changed, and nothing is made that has a name.
     *
     * @param folder one that exists; see {@link #existing}
     * @param from an open file
     * @return false where the file system does not tell, or no file can be made in the folder
     * @throws IOException if the file is closed, or the system fails
     */
    default boolean sharesBlocksOf(Path folder, BlockFile from) throws IOException {
        return false;
    }

    /**
     * {@return a name for the file store that holds {@code folder}; equal for folders of one store}
     *
     * @param folder one that exists; see {@link #existing}
     * @throws IOException if it can't be looked at
     */
    String storeName(Path folder) throws IOException;

    /**
     * Refuses a folder in whose file system locks keep no other process out. Nothing there may be changed in place.
     *
     * @param folder one that exists
     * @throws io.vmdisk.UnsupportedFeatureException with the reason, {@code no-locks} for a file system without locks
     * @throws IOException if a file to try it on can't be made
     */
    default void requireLocks(Path folder) throws IOException {}

    /**
     * Takes the exclusive lock that a file stands for. The file is made if it does not exist. Does not wait.
     *
     * @param lockFile in a folder that exists; a link is not followed
     * @return closing it releases the lock and leaves the file
     * @throws io.vmdisk.UnsafeStateException if another holder has it, in this process or in another one
     * @throws IOException if the file can't be made or locked
     */
    Closeable lock(Path lockFile) throws IOException;

    /**
     * Holds a file that exists, under any of its names, until the result is closed. Its content stays as it is, and
     * nothing is made beside it. Does not wait: the second one who asks is refused. This keeps out only those who ask
     * to hold the file, in this process and in others. A process that ends holds nothing any more.
     *
     * @param file a regular file, with links followed
     * @param hold whether others may hold it too
     * @return closing it lets the file go
     * @throws io.vmdisk.UnsafeStateException {@code locked} if another holder is in the way; {@code no-locks} if the
     *     file store gives no exclusive lock
     * @throws java.nio.file.NoSuchFileException if the file does not exist
     * @throws IOException if the file can't be opened
     */
    Closeable hold(Path file, Hold hold) throws IOException;

    /**
     * Reads a whole small file.
     *
     * @param path of a regular file
     * @param limit bytes; a larger file is refused
     * @return all its bytes
     * @throws io.vmdisk.LimitExceededException {@code file-size} if it is larger
     * @throws io.vmdisk.MalformedFileException {@code truncated} if it becomes shorter meanwhile
     * @throws IOException if it can't be read
     */
    default byte[] readAll(Path path, int limit) throws IOException {
        try (BlockFile file = open(path, OpenMode.READ)) {
            long size = file.size();
            if (size > limit) {
                throw new io.vmdisk.LimitExceededException(
                        "file-size", path, "the file has " + size + " bytes, at most " + limit + " are read");
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) size);
            file.readFully(0, bytes);
            return bytes.array();
        }
    }

    /**
     * {@return the folder, or if it does not exist the nearest folder above it that does}
     *
     * @param folder any; a root is returned even if it does not exist
     */
    default Path existing(Path folder) {
        Path at = folder;
        while (!exists(at)) {
            Path above = at.getParent();
            if (above == null || above.getNameCount() >= at.getNameCount()) {
                return at;
            }
            at = above;
        }
        return at;
    }

    /**
     * Removes a file that earlier work may have left under a name that is made for such files, or a folder with nothing
     * but marks and locks of this library. A link is removed itself, not what it leads to. Does nothing if nothing has
     * the name.
     *
     * @param leftover the name, such as {@link AtomicName#beside} makes
     * @throws UnsafeStateException {@code exists} if a folder with anything else has the name
     * @throws IOException if it can't be removed
     */
    default void clear(Path leftover) throws IOException {
        Optional<Entry> entry = entry(leftover);
        if (entry.isEmpty()) {
            return;
        }
        Volume around = within(List.of(AtomicName.folderOf(leftover)));
        if (entry.get().kind() == Entry.Kind.FOLDER) {
            for (Path file : list(leftover)) {
                boolean own = file.getFileName().toString().startsWith(FolderLock.OWN_PREFIX)
                        && entry(file).filter(e -> e.kind() == Entry.Kind.FILE).isPresent();
                if (!own) {
                    throw new UnsafeStateException(
                            "exists",
                            leftover,
                            "a folder has the name that a new file needs while it is written",
                            Remedy.say("move it away; if a disk was being made there, ")
                                    .with(Kind.RECOVER)
                                    .and(" removes it"));
                }
            }
            for (Path file : list(leftover)) {
                around.delete(file);
            }
        }
        around.delete(leftover);
    }

    /**
     * Puts new content under a name. It is written to a file beside it, forced and renamed over it; then the name is
     * forced. A crash leaves the old or the new file whole; a failure before the rename leaves nothing of the new one.
     * The rights of the old file stay, as far as {@link #createLike} can keep them. If the name is a link within its
     * folder, the file that it leads to is replaced.
     *
     * @param path the file; it need not exist, its folder must
     * @param content all bytes of the new file
     * @throws UnsafeStateException {@code unfinished} if a disk of this name was being made and files of it wait for
     *     recovery; {@code outside-folder} if the name is a link out of the folder
     * @throws IOException if the file system fails
     */
    default void replace(Path path, byte[] content) throws IOException {
        replace(path, content, path);
    }

    /**
     * As {@link #replace(Path, byte[])}.
     *
     * @param path the file; it need not exist, its folder must
     * @param content all bytes of the new file
     * @param model the file whose rights the new file gets if there was none of that name
     * @throws UnsafeStateException as {@link #replace(Path, byte[])}
     * @throws IOException if the file system fails
     */
    default void replace(Path path, byte[] content, Path model) throws IOException {
        Path target = replaced(path);
        Path folder = AtomicName.folderOf(target);
        Path fresh = AtomicName.beside(target);
        refuseUnfinished(target);
        clear(fresh);
        try {
            try (BlockFile file = createLike(fresh, exists(target) ? target : model)) {
                file.writeFully(0, ByteBuffer.wrap(content));
                file.force();
            }
            rename(fresh, target);
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
     * Refuses a name under which a disk was being made, as long as files of it wait for recovery. If its extents have
     * their names already, those files may hold all that remains of the rest.
     *
     * @param path the name of the disk
     * @throws UnsafeStateException {@code unfinished} if the folder {@link AtomicName#beside} holds files of a disk
     * @throws IOException if that folder can't be read
     */
    default void refuseUnfinished(Path path) throws IOException {
        Path making = AtomicName.beside(path);
        if (entry(making).filter(e -> e.kind() == Entry.Kind.FOLDER).isPresent()
                && list(making).stream()
                        .anyMatch(file -> !file.getFileName().toString().startsWith(FolderLock.OWN_PREFIX))) {
            throw new UnsafeStateException(
                    "unfinished",
                    path,
                    making.getFileName()
                            + " beside it holds files of a disk that is being made, or was when a crash came",
                    Remedy.say("let that end; after a crash ")
                            .with(Kind.RECOVER)
                            .and(" in its folder finishes the disk or removes them"));
        }
    }
}
