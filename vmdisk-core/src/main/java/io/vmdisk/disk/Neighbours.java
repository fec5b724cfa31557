package io.vmdisk.disk;

import io.vmdisk.Remedy;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.VmdiskException;
import io.vmdisk.descriptor.Descriptor;
import io.vmdisk.descriptor.files.ParentHints;
import io.vmdisk.storage.FileFacts;
import io.vmdisk.storage.Volume;
import io.vmdisk.storage.look.Inaccessible;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The disks that lie in some folders, each looked at once, to be asked about any number of disks: a chain of many links
 * would otherwise read its whole folder for each of them.
 *
 * <p>It tells what was there when it looked. For one thread.
 *
 * @since 0.1
 */
public final class Neighbours {
    private final Volume volume;
    private final List<Seen> seen;
    private @Nullable Map<Object, List<Path>> children;

    /** @param failure why the file could not be read as a disk; then nothing is known of a parent */
    private record Seen(Path path, Optional<String> parentHint, Optional<IOException> failure) {}

    private Neighbours(Volume volume, List<Seen> seen) {
        this.volume = volume;
        this.seen = seen;
    }

    /**
     * Looks at each file that has the name of a disk.
     *
     * @param folders where to look
     * @param known disks that the caller has read already, and that nobody is going to ask for; absolute and normalized
     * @param options how files are found and opened
     * @return what lies there
     * @throws IOException if a folder can't be listed
     */
    public static Neighbours in(List<Path> folders, Set<Path> known, OpenOptions options) throws IOException {
        Volume volume = options.volume();
        LinkProbe probe = new LinkProbe(options);
        List<Seen> seen = new ArrayList<>();
        for (Path folder : folders) {
            for (Path entry : volume.list(folder)) {
                if (!known.contains(entry.toAbsolutePath().normalize()) && isDiskFile(entry, volume)) {
                    seen.add(look(entry, probe));
                }
            }
        }
        return new Neighbours(volume, seen);
    }

    private static Seen look(Path entry, LinkProbe probe) {
        try {
            Descriptor descriptor = probe.probe(entry).descriptor();
            Optional<String> hint = descriptor.hasParent() ? descriptor.parentHint() : Optional.empty();
            return new Seen(entry, hint, Optional.empty());
        } catch (IOException e) {
            return new Seen(entry, Optional.empty(), Optional.of(e));
        }
    }

    /**
     * Refuses work after which a disk is not what it was, or is gone, while a file that can't be read may stand on it.
     * What was read and is no disk is none; nor are links that lead nowhere, folders and the like.
     *
     * @param remedy what can be done about it, for the refusal
     * @throws UnsafeStateException {@code disk-unread}, with the first such file
     */
    public void refuseUnread(Remedy remedy) throws UnsafeStateException {
        for (Seen file : seen) {
            if (file.failure().filter(e -> !(e instanceof VmdiskException)).isPresent()) {
                throw new UnsafeStateException(
                        "disk-unread",
                        file.path(),
                        "it can't be read, and may stand on the disks that would be merged or removed",
                        remedy);
            }
        }
    }

    /**
     * The disks whose parent a disk is. Files that are not disks, or that can't be read, are passed over.
     *
     * @param disk the parent
     * @return its children, folder by folder; empty if there are none
     * @throws java.nio.file.NoSuchFileException if {@code disk} does not exist
     * @throws IOException if the drive failed
     */
    public List<Path> childrenOf(Path disk) throws IOException {
        return childrenOf(volume.facts(disk).key());
    }

    /** @param key of the file that is the parent */
    List<Path> childrenOf(Object key) throws IOException {
        if (children == null) {
            children = children();
        }
        return children.getOrDefault(key, List.of());
    }

    private Map<Object, List<Path>> children() throws IOException {
        Map<Object, List<Path>> found = new HashMap<>();
        for (Seen file : seen) {
            if (file.failure().isPresent()) {
                // No disk, or a damaged one, or one that nobody may read: nothing can be read through it.
                Inaccessible.orThrow(file.failure().get());
            } else if (file.parentHint().isPresent()) {
                parentOf(file.path(), file.parentHint().get())
                        .ifPresent(key -> found.computeIfAbsent(key, k -> new ArrayList<>())
                                .add(file.path()));
            }
        }
        return found;
    }

    private Optional<Object> parentOf(Path child, String hint) throws IOException {
        try {
            for (Path candidate : ParentHints.candidates(child, hint)) {
                if (volume.exists(candidate)) {
                    return Optional.of(volume.facts(candidate).key());
                }
            }
            return Optional.empty();
        } catch (VmdiskException e) {
            // It leads to no file.
            return Optional.empty();
        }
    }

    /** A link to nowhere, as replicas and unmounted stores leave them, is none. */
    static boolean isDiskFile(Path entry, Volume volume) throws IOException {
        return String.valueOf(entry.getFileName()).toLowerCase(Locale.ROOT).endsWith(".vmdk")
                && volume.exists(entry)
                && isFile(entry, volume);
    }

    private static boolean isFile(Path entry, Volume volume) throws IOException {
        try {
            return volume.facts(entry).kind() == FileFacts.Kind.FILE;
        } catch (IOException e) {
            Inaccessible.orThrow(e);
            return false;
        }
    }
}
