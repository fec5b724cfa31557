package io.vmdisk.vm;

import com.google.common.base.Ascii;
import io.vmdisk.VmdiskException;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.LinkReader;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.snapshot.vmsd.SnapshotDisk;
import io.vmdisk.snapshot.vmsd.SnapshotTree;
import io.vmdisk.snapshot.vmsn.Checkpoint;
import io.vmdisk.storage.FileFacts;
import io.vmdisk.storage.Volume;
import io.vmdisk.storage.look.Inaccessible;
import io.vmdisk.vmx.FileReference;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Snapshot lists whose name is that of no configuration beside them. Products find a list by its name alone, so whoever
 * renames a {@code .vmx} by hand leaves its list behind; it is the machine's all the same.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public final class StrayLists {
    private static final String SUFFIX = ".vmsd";

    private final Volume volume;
    private final Path folder;
    private final List<SnapshotTree> lists;
    private final List<Path> unread;

    private StrayLists(Volume volume, Path folder, List<SnapshotTree> lists, List<Path> unread) {
        this.volume = volume;
        this.folder = folder;
        this.lists = lists;
        this.unread = unread;
    }

    /** Reads those of a folder that list anything; one that is too large to be read is left out. */
    public static StrayLists in(Path folder, Volume volume) throws IOException {
        Set<String> configured = new ConfigurationFinder(volume)
                .all(folder).stream()
                        .map(configuration -> Ascii.toLowerCase(Stem.of(configuration)))
                        .collect(Collectors.toSet());
        List<SnapshotTree> lists = new ArrayList<>();
        List<Path> unread = new ArrayList<>();
        for (Path entry : volume.list(folder)) {
            String name = Ascii.toLowerCase(String.valueOf(entry.getFileName()));
            if (!name.endsWith(SUFFIX)
                    || configured.contains(Ascii.toLowerCase(Stem.of(entry)))
                    || !volume.exists(entry)) {
                continue;
            }
            try {
                if (volume.facts(entry).kind() != FileFacts.Kind.FILE) {
                    continue;
                }
                SnapshotTree list = SnapshotTree.read(volume, entry);
                if (!list.isEmpty()) {
                    lists.add(list);
                }
            } catch (AccessDeniedException e) {
                unread.add(entry);
            } catch (IOException e) {
                Inaccessible.orThrow(e);
                // Nobody can read it, so it names nothing.
            }
        }
        return new StrayLists(volume, folder, lists, unread);
    }

    /** Files that have the name of a list and may not be read: nobody knows what they name. */
    public List<Path> unread() {
        return List.copyOf(unread);
    }

    /** All of them. */
    public List<SnapshotTree> all() {
        return List.copyOf(lists);
    }

    /** The list that froze a disk of a chain, if any did. */
    public Optional<SnapshotTree> naming(DiskChain chain) throws IOException {
        Set<Object> disks = new HashSet<>();
        for (DiskLink link : chain.links()) {
            keyOf(Optional.of(link.path())).ifPresent(disks::add);
        }
        for (SnapshotTree list : lists) {
            if (freezes(list, disks)) {
                return Optional.of(list);
            }
        }
        return Optional.empty();
    }

    /** All but one. */
    List<SnapshotTree> without(SnapshotTree adopted) {
        return lists.stream().filter(list -> list != adopted).toList();
    }

    /**
     * The one list that is a machine's: it froze a disk that one in use stands on, or a checkpoint that it names is of
     * that machine. Of several nothing tells which is the right one.
     */
    Optional<SnapshotTree> of(VmxFile machine, LinkReader links) throws IOException {
        if (lists.isEmpty()) {
            return Optional.empty();
        }
        Set<Object> below = new HashSet<>();
        for (DiskChain chain : chains(machine, links)) {
            for (DiskLink link : chain.links().subList(1, chain.links().size())) {
                keyOf(Optional.of(link.path())).ifPresent(below::add);
            }
        }
        List<SnapshotTree> own = new ArrayList<>();
        for (SnapshotTree list : lists) {
            if (freezes(list, below) || keepsStateOf(list, machine)) {
                own.add(list);
            }
        }
        return own.size() == 1 ? Optional.of(own.get(0)) : Optional.empty();
    }

    private List<DiskChain> chains(VmxFile machine, LinkReader links) throws IOException {
        List<DiskChain> chains = new ArrayList<>();
        for (var disk : machine.devices().disks()) {
            Optional<Path> path = disk.file().place(folder).filter(volume::exists);
            if (path.isPresent()) {
                try {
                    chains.add(links.chain(path.get(), OpenOptions.Parents.IGNORE_CONTENT_ID));
                } catch (VmdiskException e) {
                    // A disk that can't be read stands on nothing that is known.
                }
            }
        }
        return chains;
    }

    private boolean freezes(SnapshotTree list, Set<Object> disks) throws IOException {
        for (Snapshot snapshot : list.snapshots()) {
            for (SnapshotDisk disk : snapshot.disks()) {
                Optional<Object> key = keyOf(FileReference.of(disk.fileName()).place(folder));
                if (key.filter(disks::contains).isPresent()) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Snapshots of independent disks only freeze none; the configuration in their checkpoints tells whose they are. */
    private boolean keepsStateOf(SnapshotTree list, VmxFile machine) throws IOException {
        String identity = machine.dictionary().get("uuid.bios", "");
        if (identity.isEmpty()
                || list.snapshots().stream()
                        .anyMatch(snapshot -> !snapshot.disks().isEmpty())) {
            return false;
        }
        for (Snapshot snapshot : list.snapshots()) {
            Optional<Path> checkpoint = snapshot.checkpointFile()
                    .map(FileReference::of)
                    .flatMap(name -> name.place(folder))
                    .filter(path -> folder.equals(path.getParent()) && volume.exists(path));
            if (checkpoint.isPresent() && identity.equals(identityIn(checkpoint.get()))) {
                return true;
            }
        }
        return false;
    }

    private String identityIn(Path checkpoint) throws IOException {
        try (Checkpoint open = Checkpoint.open(checkpoint, volume)) {
            Optional<VmxFile> then = open.configuration();
            return then.isPresent() ? then.get().dictionary().get("uuid.bios", "") : "";
        } catch (VmdiskException e) {
            return "";
        }
    }

    private Optional<Object> keyOf(Optional<Path> path) throws IOException {
        return path.isPresent() && volume.exists(path.get())
                ? Optional.of(volume.facts(path.get()).key())
                : Optional.empty();
    }
}
