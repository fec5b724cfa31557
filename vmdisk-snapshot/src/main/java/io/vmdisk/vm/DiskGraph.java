package io.vmdisk.vm;

import com.google.common.base.Ascii;
import io.vmdisk.VmdiskException;
import io.vmdisk.descriptor.files.ParentHints;
import io.vmdisk.disk.DescriptorPlace;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.storage.FileFacts;
import io.vmdisk.storage.Volume;
import io.vmdisk.storage.look.Inaccessible;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Every disk in some folders, and which one hangs on which, as their descriptors tell.
 *
 * <p>Immutable. A child counts as one whatever its parent's content ID: who merges under a child that may be somebody's
 * last copy must know of it. Disks in folders that were not looked at are not seen.
 *
 * @since 0.1
 */
public final class DiskGraph {
    private final Map<Object, DiskNode> nodes = new LinkedHashMap<>();
    private final Map<Object, Object> parents = new LinkedHashMap<>();
    private final Map<Object, List<DiskNode>> children = new LinkedHashMap<>();
    private final Map<Object, Path> unread = new LinkedHashMap<>();
    private final Volume volume;
    private final OpenOptions alone;

    private DiskGraph(Volume volume) {
        this.volume = volume;
        this.alone = OpenOptions.readOnly().withVolume(volume).withParents(OpenOptions.Parents.NONE);
    }

    /** Reads the descriptors of all disks in these folders, and those of their parents elsewhere. */
    static DiskGraph read(Volume volume, List<Path> folders) throws IOException {
        DiskGraph graph = new DiskGraph(volume);
        for (Path folder : new LinkedHashSet<>(folders)) {
            for (Path entry : volume.list(folder)) {
                if (Ascii.toLowerCase(String.valueOf(entry.getFileName())).endsWith(".vmdk") && volume.exists(entry)) {
                    graph.add(entry);
                }
            }
        }
        graph.connect();
        return graph;
    }

    private Optional<DiskNode> add(Path file) throws IOException {
        FileFacts facts;
        try {
            facts = volume.facts(file);
        } catch (IOException e) {
            Inaccessible.orThrow(e);
            // A link that leads nowhere, or round in a circle: no disk, and told of as what it is.
            return Optional.empty();
        }
        if (facts.kind() != FileFacts.Kind.FILE) {
            return Optional.empty();
        }
        DiskNode known = nodes.get(facts.key());
        if (known != null) {
            return Optional.of(known);
        }
        try {
            DiskLink link =
                    DiskChain.of(file.toAbsolutePath().normalize(), alone).top();
            if (link.place() instanceof DescriptorPlace.Missing) {
                return Optional.empty();
            }
            DiskNode node = new DiskNode(link, facts.key());
            nodes.put(facts.key(), node);
            return Optional.of(node);
        } catch (VmdiskException e) {
            // An extent, or a damaged disk: nothing can be read through it, and VmFolder reports the ones that matter.
            return Optional.empty();
        } catch (IOException e) {
            Inaccessible.orThrow(e);
            unread.put(facts.key(), file);
            return Optional.empty();
        }
    }

    private void connect() throws IOException {
        List<DiskNode> open = new ArrayList<>(nodes.values());
        while (!open.isEmpty()) {
            DiskNode child = open.remove(open.size() - 1);
            Optional<Path> path = parentPath(child.link());
            if (path.isEmpty()) {
                continue;
            }
            boolean fresh = !nodes.containsKey(volume.facts(path.get()).key());
            Optional<DiskNode> parent = add(path.get());
            if (parent.isPresent() && !parent.get().equals(child)) {
                parents.put(child.key(), parent.get().key());
                children.computeIfAbsent(parent.get().key(), k -> new ArrayList<>())
                        .add(child);
                if (fresh) {
                    open.add(parent.get());
                }
            }
        }
    }

    private Optional<Path> parentPath(DiskLink child) {
        Optional<String> hint = child.descriptor().parentHint();
        if (!child.descriptor().hasParent() || hint.isEmpty()) {
            return Optional.empty();
        }
        try {
            return ParentHints.candidates(child.path(), hint.get()).stream()
                    .filter(volume::exists)
                    .findFirst();
        } catch (VmdiskException e) {
            return Optional.empty();
        }
    }

    /** All of them. */
    public List<DiskNode> all() {
        return List.copyOf(nodes.values());
    }

    /** Files with the name of a disk that can't be read: nobody knows on what they stand. */
    public List<Path> unread() {
        return List.copyOf(unread.values());
    }

    /** The disk behind a name, if it is one. */
    public Optional<DiskNode> find(Path disk) throws IOException {
        return volume.exists(disk)
                ? Optional.ofNullable(nodes.get(volume.facts(disk).key()))
                : Optional.empty();
    }

    /** The disk below. */
    public Optional<DiskNode> parent(DiskNode child) {
        return Optional.ofNullable(parents.get(child.key())).map(nodes::get);
    }

    /** The disks that hang on it. */
    public List<DiskNode> children(DiskNode parent) {
        return List.copyOf(children.getOrDefault(parent.key(), List.of()));
    }

    /** A disk and those below it, the base last; ends at a loop. */
    public List<DiskNode> chain(DiskNode top) {
        Set<DiskNode> chain = new LinkedHashSet<>();
        for (Optional<DiskNode> at = Optional.of(top); at.isPresent() && chain.add(at.get()); ) {
            at = parent(at.get());
        }
        return List.copyOf(chain);
    }
}
