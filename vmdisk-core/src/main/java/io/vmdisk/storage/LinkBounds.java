package io.vmdisk.storage;

import io.vmdisk.UnsafeStateException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The rule for symbolic links: the files that a disk or machine names must lie in its own folder once all links are
 * followed. A link that the user names is allowed: the folder that it leads to belongs to the disk as well.
 *
 * <p>A hard link is a name like any other. Where the file system has no links, only names are judged.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public final class LinkBounds {
    private final Volume volume;
    private final Set<Path> folders;

    private LinkBounds(Volume volume, Set<Path> folders) {
        this.volume = volume;
        this.folders = folders;
    }

    /**
     * {@return the bounds for the files that {@code named} names: its folder, and if it is a link the folder that it
     * leads to}
     *
     * @param volume that has the file
     * @param named a file that the user named
     * @throws IOException if links can't be followed
     */
    public static LinkBounds ofFile(Volume volume, Path named) throws IOException {
        Set<Path> folders = new LinkedHashSet<>();
        folders.add(volume.real(AtomicName.folderOf(named)));
        folders.add(AtomicName.folderOf(volume.real(named)));
        return new LinkBounds(volume, folders);
    }

    /**
     * {@return the bounds for files in or below some folders, with the links of these folders followed}
     *
     * @param volume that has the folders
     * @param named the folders; they need not exist
     * @throws IOException if links can't be followed
     */
    public static LinkBounds ofFolders(Volume volume, Iterable<Path> named) throws IOException {
        Set<Path> folders = new LinkedHashSet<>();
        for (Path folder : named) {
            folders.add(volume.real(folder));
        }
        return new LinkBounds(volume, folders);
    }

    /**
     * {@return whether a name leads to a file in or below the folders, or would if the file existed}
     *
     * @param file need not exist
     * @throws IOException if links can't be followed
     */
    public boolean hold(Path file) throws IOException {
        return holdReal(volume.real(file));
    }

    private boolean holdReal(Path real) {
        return folders.stream().anyMatch(real::startsWith);
    }

    /**
     * Refuses a name from which links lead out of the folders.
     *
     * @param file need not exist
     * @throws UnsafeStateException {@code outside-folder} if they do
     * @throws IOException if links can't be followed
     */
    public void require(Path file) throws IOException {
        followed(file);
    }

    /**
     * The file that a name leads to.
     *
     * @throws UnsafeStateException if that is outside
     */
    Path followed(Path file) throws IOException {
        Path real = volume.real(file);
        if (!holdReal(real)) {
            throw outside(file, real);
        }
        return real;
    }

    /**
     * The file that changes when {@code file} is replaced: itself, or what a link of that name leads to in its folder.
     *
     * @throws UnsafeStateException if a link leads out of the folder
     */
    static Path replaced(Volume volume, Path file) throws IOException {
        if (!volume.isLink(file)) {
            return file;
        }
        ofFolders(volume, List.of(AtomicName.folderOf(file))).require(file);
        return volume.followed(file);
    }

    private static UnsafeStateException outside(Path file, Path real) {
        return new UnsafeStateException(
                "outside-folder",
                file,
                "links lead from here to " + real + ", which is not in the folder of what names it",
                "put the file itself in place of the link, or allow other folders");
    }
}
