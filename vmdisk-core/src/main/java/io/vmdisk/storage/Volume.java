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
 * The folders as planners, writers and readers see them: the seam at which tests crash, fault and record.
 *
 * <p>Works with the paths of any NIO file system. Names are durable only after {@link #forceNames}: after create,
 * rename and delete alike. Thread-safe.
 *
 * @since 0.1
 */
public interface Volume {
    /** The file systems of this JVM. */
    static Volume system() {
        return NioVolume.INSTANCE;
    }

    /**
     * Whether a path, by its name or by where it lies, is below a root that the user mapped: what lies there may be changed
     * like what was named itself.
     */
    default boolean isMapped(Path path) {
        return false;
    }

    /** The name that files are to know a place by; most places are known by themselves. */
    default Path named(Path path) {
        return path;
    }

    /** Where a name leads here; most names mean themselves. */
    default Path actual(Path path) {
        return path;
    }

    /**
     * Opens a file. A symbolic link under an existing name is followed: {@link LinkBounds} says which may be. Anything but
     * a regular file is refused, and so is a name that stands for another file once the file is open. A new file never
     * lies behind a link.
     */
    BlockFile open(Path path, OpenMode mode) throws IOException;

    /**
     * Opens an existing file as long as it lies within bounds once links are followed, at the moment of opening too.
     *
     * @throws UnsafeStateException if links lead out
     */
    default BlockFile openWithin(LinkBounds bounds, Path path, OpenMode mode) throws IOException {
        bounds.require(path);
        return open(path, mode);
    }

    /**
     * Makes a new file, for reading and writing, that nobody may do more with than with {@code model}: it has the owner,
     * group, mode, access list and extended attributes of it, as far as the system lets this process give them.
     *
     * @param model a file that exists
     */
    default BlockFile createLike(Path path, Path model) throws IOException {
        return open(path, OpenMode.CREATE);
    }

    /** This volume, but every new file has the rights of {@code model}, as by {@link #createLike}. */
    default Volume creatingLike(Path model) {
        return new LikeVolume(this, model);
    }

    /** Opens a device, for reading; only ever called on the user's word. A pipe or socket is refused. */
    BlockFile openDevice(Path path) throws IOException;

    /** Whether a file or folder has this name, links followed. */
    boolean exists(Path path);

    /** Whether a name can't be given to a new file, be it that of a link to nowhere. */
    default boolean taken(Path path) {
        return exists(path);
    }

    /** Whether this is the name of a symbolic link, be it one to nowhere. */
    default boolean isLink(Path path) {
        return false;
    }

    /** The absolute name of a file, or of one that could be made, once all links on the way and its own are followed. */
    default Path real(Path path) throws IOException {
        return path.toAbsolutePath().normalize();
    }

    /** {@code path} itself, or the file that it leads to if it is a link: for names that a user gave. */
    default Path followed(Path path) throws IOException {
        return isLink(path) ? real(path) : path;
    }

    /**
     * The file that changes when {@code path} is replaced: itself, or what a link of that name leads to in its folder.
     *
     * @throws UnsafeStateException if a link leads out of the folder
     */
    default Path replaced(Path path) throws IOException {
        return LinkBounds.replaced(this, path);
    }

    /** Who may do what with a file, where its file system tells. */
    default Optional<FileRights> rights(Path path) throws IOException {
        return Optional.empty();
    }

    /** What is known of a file or folder without opening it. */
    FileFacts facts(Path path) throws IOException;

    /** What a folder has under this name, a symbolic link not followed; empty if there is nothing. */
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

    /** The entries of a folder, sorted by name; at most 100000, more is refused. */
    List<Path> list(Path folder) throws IOException;

    /** Makes a folder and those above it. */
    void createFolder(Path folder) throws IOException;

    /** Makes one new folder, for this user alone where the file system knows users; fails if the name is taken. */
    default void makeFolder(Path folder) throws IOException {
        if (entry(folder).isPresent()) {
            throw new FileAlreadyExistsException(folder.toString());
        }
        createFolder(folder);
    }

    /**
     * The same files, of which only those in these folders can be changed: other paths, and those that lead through a
     * symbolic link below the folders, are refused.
     */
    default Volume within(List<Path> folders) {
        return new ConfinedVolume(this, folders);
    }

    /** Holds a folder for changes in it, reached from {@code root} without following a link. */
    default HeldFolder hold(Path root, Path folder) throws IOException {
        return new CheckedFolder(this, root, folder);
    }

    /** Refuses a path in which nothing may be changed here; only a volume made by {@link #within} refuses any. */
    default void requireReachable(Path path) throws IOException {}

    /** Renames a file; an existing target is replaced. Atomic where the file system can. */
    void rename(Path from, Path to) throws IOException;

    /** Removes a file or an empty folder; fails if it is not there. */
    void delete(Path path) throws IOException;

    /** Makes the names in a folder durable, where the platform has a way. */
    void forceNames(Path folder) throws IOException;

    /** Room left in the file store that holds {@code folder}; {@link Long#MAX_VALUE} where nobody can tell. */
    long freeBytes(Path folder) throws IOException;

    /** A name for the file store that holds {@code folder}; equal for equal stores. */
    String storeName(Path folder) throws IOException;

    /**
     * Refuses a folder in whose file system locks keep no other process out, so that nothing there is changed in place.
     *
     * @throws io.vmdisk.UnsupportedFeatureException with the reason
     */
    default void requireLocks(Path folder) throws IOException {}

    /**
     * Takes the exclusive lock named by a file, creating the file.
     *
     * @throws io.vmdisk.UnsafeStateException if another holder has it
     */
    Closeable lock(Path lockFile) throws IOException;

    /**
     * Holds a file that is there, by whatever name, until the result is closed; its content stays as it is and nothing is
     * left beside it. Nobody waits: who comes second is refused. Only those who ask to hold a file are kept out, in this
     * process and in others; a process that ends holds nothing any more.
     *
     * @throws io.vmdisk.UnsafeStateException {@code locked} if another holder is in the way
     */
    Closeable hold(Path file, Hold hold) throws IOException;

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
                        "file-size", path, "the file has " + size + " bytes, at most " + limit + " are read");
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) size);
            file.readFully(0, bytes);
            return bytes.array();
        }
    }

    /** The folder, or if it is not there the nearest above it that is. */
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
     * Removes a file that earlier work may have left under a name that is made for such files, or a folder with nothing but
     * marks and locks of ours. A link goes itself, not what it leads to.
     *
     * @throws UnsafeStateException if a folder with anything else has the name
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
     * Puts new content under a name: written beside it, forced, renamed over, name forced. A crash leaves the old or the
     * new file whole; a failure before the name changes leaves nothing of the new one. The rights of the old file stay as
     * {@link #createLike} can keep them; where the name is a link within the folder, what it leads to is replaced.
     *
     * @throws UnsafeStateException if a disk of this name was being made, and files of it wait for recovery; or if the
     *     name is a link out of the folder
     */
    default void replace(Path path, byte[] content) throws IOException {
        replace(path, content, path);
    }

    /**
     * As {@link #replace(Path, byte[])}.
     *
     * @param model whose rights the file gets if there was none of that name
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
     * Refuses a name under which a disk was being made, as long as files of it wait for recovery: with its extents under
     * their names already, they may be all that there is of the rest.
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
