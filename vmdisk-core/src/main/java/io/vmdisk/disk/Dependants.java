package io.vmdisk.disk;

import io.vmdisk.Remedy;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.storage.Volume;
import io.vmdisk.storage.look.Inaccessible;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds the disks whose parent a given disk is, and the disks that share its files.
 *
 * <p>It looks at every {@code .vmdk} in the disk's own folder, or in the folders that are named. It can't see linked
 * clones in other folders.
 *
 * <p>Has no state, so any number of threads may use it at once.
 *
 * @since 0.1
 */
public final class Dependants {
    private Dependants() {}

    /**
     * Finds the children of a disk in its own folder. Files that are not disks, or that can't be read, are passed over.
     *
     * @param disk the parent
     * @param options how files are found and opened
     * @return the children, named in the way in which {@code disk} is named; empty if there are none
     * @throws java.nio.file.NoSuchFileException if {@code disk} does not exist
     * @throws IOException if the folder can't be listed, or the drive fails
     */
    public static List<Path> of(Path disk, OpenOptions options) throws IOException {
        return of(disk, List.of(options.volume().exists(disk) ? folderOf(disk) : disk), options).stream()
                .map(child -> disk.resolveSibling(child.getFileName()))
                .toList();
    }

    /**
     * Finds the children of a disk in some folders. Files that are not disks, or that can't be read, are passed over.
     *
     * @param disk the parent
     * @param folders where to look
     * @param options how files are found and opened
     * @return the children, folder by folder; empty if there are none
     * @throws java.nio.file.NoSuchFileException if {@code disk} does not exist
     * @throws IOException if a folder can't be listed, or the drive fails
     */
    public static List<Path> of(Path disk, List<Path> folders, OpenOptions options) throws IOException {
        // Before the folders are looked at: a disk that is not there is said to be so.
        Object key = options.volume().facts(disk).key();
        return Neighbours.in(folders, Set.of(), options).childrenOf(key);
    }

    /**
     * The descriptors in the disk's folder that name one of its files as theirs: copies of its descriptor, or the
     * descriptor of which it is a bare extent.
     */
    static List<Path> sharing(DiskLink disk, OpenOptions options) throws IOException {
        Volume volume = options.volume();
        Set<Object> own = keys(disk, volume);
        LinkProbe probe = new LinkProbe(options);
        List<Path> sharing = new ArrayList<>();
        for (Path entry : volume.list(folderOf(disk.path()))) {
            if (Neighbours.isDiskFile(entry, volume)
                    && !own.contains(volume.facts(entry).key())) {
                Optional<DiskLink> other = probe(entry, probe);
                if (other.isPresent() && !Collections.disjoint(own, keys(other.get(), volume))) {
                    sharing.add(disk.path().resolveSibling(entry.getFileName()));
                }
            }
        }
        return sharing;
    }

    /**
     * Refuses work after which a disk is not what it was, or is gone, while a file that can't be read may stand on it.
     *
     * @param folders where such files may lie
     * @param options how files are found and opened
     * @param remedy what can be done about it, for the refusal
     * @throws UnsafeStateException {@code disk-unread}, with the first such file
     * @throws IOException if a folder can't be listed
     */
    public static void refuseUnread(List<Path> folders, OpenOptions options, Remedy remedy) throws IOException {
        Neighbours.in(folders, Set.of(), options).refuseUnread(remedy);
    }

    /**
     * The names of disks for a message.
     *
     * @param disks the disks
     * @return their paths, separated by commas
     */
    public static String listed(List<Path> disks) {
        return disks.stream().map(Path::toString).collect(Collectors.joining(", "));
    }

    private static Set<Object> keys(DiskLink disk, Volume volume) throws IOException {
        Set<Object> keys = new HashSet<>();
        for (Path file : disk.files()) {
            if (volume.exists(file)) {
                keys.add(volume.facts(file).key());
            }
        }
        return keys;
    }

    private static Path folderOf(Path disk) {
        return Optional.ofNullable(disk.toAbsolutePath().getParent()).orElse(disk);
    }

    private static Optional<DiskLink> probe(Path entry, LinkProbe probe) throws IOException {
        try {
            return Optional.of(probe.probe(entry));
        } catch (IOException e) {
            Inaccessible.orThrow(e);
            // No disk, or a damaged one, or one that nobody may read: nothing can be read through it.
            return Optional.empty();
        }
    }
}
