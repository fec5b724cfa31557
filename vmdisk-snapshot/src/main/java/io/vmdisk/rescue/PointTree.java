package io.vmdisk.rescue;

import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.descriptor.files.DiskFileName;
import io.vmdisk.machine.model.VmDisk;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.vm.DiskNode;
import io.vmdisk.vm.DiskOwner;
import io.vmdisk.vm.VirtualMachine;
import io.vmdisk.vmx.DeviceNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The snapshots that a machine's chains show, without its list.
 *
 * <p>A state was built on what lies one link below it, at every place at once; so from the present state downwards each
 * step is a snapshot, and disks that have fewer links joined later. Links that hang on such disks beside the present state
 * are the ends of other branches. For one thread.
 */
final class PointTree {
    private final VirtualMachine machine;
    private final Set<Path> folders = new LinkedHashSet<>();
    private final Map<DiskNode, SnapshotPoint> byDisk = new HashMap<>();
    private final Set<SnapshotPoint> points = new LinkedHashSet<>();
    private final Set<String> sentinels = new LinkedHashSet<>();
    private final List<String> notes = new ArrayList<>();
    private final NavigableMap<DeviceNode, DiskNode> active = new TreeMap<>();
    private @Nullable SnapshotPoint current;

    private PointTree(VirtualMachine machine, List<Path> search) {
        this.machine = machine;
        folders.add(machine.path());
        search.forEach(folder -> folders.add(folder.toAbsolutePath().normalize()));
    }

    /**
     * Reads the chains.
     *
     * @param search folders beside the machine's own whose disks may be the machine's
     * @throws UnsafeStateException if the chains are broken or do not tell one story
     */
    static PointTree of(VirtualMachine machine, List<Path> search) throws IOException {
        PointTree tree = new PointTree(machine, search);
        tree.findActive();
        tree.current = tree.below(tree.active);
        tree.findBranches();
        return tree;
    }

    /** All points, parents first. */
    List<SnapshotPoint> points() {
        return points.stream().sorted(SnapshotPoint.parentsFirst()).toList();
    }

    /** The points on which several states stand. */
    Set<SnapshotPoint> forks() {
        Set<SnapshotPoint> once = new LinkedHashSet<>();
        Set<SnapshotPoint> forks = new LinkedHashSet<>();
        if (current != null) {
            once.add(current);
        }
        for (SnapshotPoint point : points) {
            SnapshotPoint parent = point.parent();
            if (parent != null && !once.add(parent)) {
                forks.add(parent);
            }
        }
        return forks;
    }

    /** The point on which the present state stands, or null if it stands on none. */
    @Nullable
    SnapshotPoint current() {
        return current;
    }

    /** The lowest disks of the machine's own, where a chain goes on into somebody else's. */
    Set<String> sentinels() {
        return sentinels;
    }

    /** What people should know. */
    List<String> notes() {
        return notes;
    }

    private void findActive() throws IOException {
        for (VmDisk disk : machine.folder().disks()) {
            DeviceNode node = disk.device().node();
            if (disk.device().mode().isIndependent()) {
                continue;
            }
            Optional<DiskNode> found = machine.active(node);
            if (found.isEmpty()) {
                throw refused(
                        disk.path().orElse(machine.path()),
                        "the disk in use at " + node + " can't be read, so its chain is not known",
                        Remedy.say("repair the disks first: ").with(Kind.CHECK).and(" names the commands"));
            }
            List<DiskNode> children = machine.disks().children(found.get());
            if (!children.isEmpty()) {
                throw refused(
                        found.get().path(),
                        "the machine writes to it at " + node + ", although "
                                + children.get(0).name() + " stands on it",
                        Remedy.say("if the machine has not been started so, let it use the topmost link: ")
                                .with(
                                        Kind.SET_KEY,
                                        machine.configuration()
                                                .file()
                                                .orElseThrow()
                                                .getFileName(),
                                        node.key("fileName"),
                                        "NAME"));
            }
            List<DiskNode> chain = machine.disks().chain(found.get());
            if (machine.disks().parent(chain.get(chain.size() - 1)).isPresent()) {
                throw refused(
                        found.get().path(),
                        "its chain leads back to itself",
                        Remedy.say("correct a parent first: ").with(Kind.REPLACE_PARENT));
            }
            active.put(node, found.get());
        }
    }

    private UnsafeStateException refused(Path file, String problem, Remedy remedy) {
        return new UnsafeStateException("chains", file, problem, remedy);
    }

    private boolean isOurs(DiskNode disk) {
        boolean here = folders.contains(AtomicName.folderOf(disk.path()).normalize())
                || machine.volume().isMapped(disk.path());
        return here && machine.owners(disk).stream().noneMatch(DiskOwner.Foreign.class::isInstance);
    }

    /** The point on which a state stands; it and those below it are made if they are new. */
    private @Nullable SnapshotPoint below(NavigableMap<DeviceNode, DiskNode> state) throws IOException {
        NavigableMap<DeviceNode, DiskNode> frozen = new TreeMap<>();
        Set<SnapshotPoint> known = new LinkedHashSet<>();
        for (Map.Entry<DeviceNode, DiskNode> entry : state.entrySet()) {
            DiskNode disk = entry.getValue();
            Optional<DiskNode> parent = machine.disks().parent(disk);
            if (parent.isEmpty() && disk.link().descriptor().hasParent()) {
                throw refused(
                        disk.path(),
                        "its parent is not there, so its chain is not known",
                        Remedy.say("repair the disks first: ").with(Kind.CHECK).and(" names the commands"));
            }
            if (parent.isEmpty()) {
                continue;
            }
            if (!isOurs(parent.get())) {
                sentinels.add(machine.nameOf(disk.path()));
                notes.add(
                        disk.name() + " stands on " + parent.get().path()
                                + ", which is taken for another machine's; if it is this one's, name its folder among those to search");
                continue;
            }
            frozen.put(entry.getKey(), parent.get());
            if (byDisk.containsKey(parent.get())) {
                known.add(byDisk.get(parent.get()));
            }
        }
        if (known.size() > 1) {
            throw refused(
                    machine.path(),
                    "the chains of the disks branch at different places: " + known,
                    Remedy.say("make the list by hand; ")
                            .with(Kind.SHOW_MAP)
                            .and(" and ")
                            .with(Kind.SHOW)
                            .and(" show the chains"));
        }
        if (frozen.isEmpty()) {
            return null;
        }
        return known.isEmpty() ? made(frozen) : joined(known.iterator().next(), frozen);
    }

    private SnapshotPoint made(NavigableMap<DeviceNode, DiskNode> frozen) throws IOException {
        SnapshotPoint point = new SnapshotPoint(frozen);
        points.add(point);
        frozen.values().forEach(disk -> byDisk.put(disk, point));
        point.setParent(below(frozen));
        return point;
    }

    /** A disk that a known point lacks must have been part of it, since what stands on it stands on the point. */
    private SnapshotPoint joined(SnapshotPoint point, NavigableMap<DeviceNode, DiskNode> frozen)
            throws UnsafeStateException {
        for (Map.Entry<DeviceNode, DiskNode> entry : frozen.entrySet()) {
            DiskNode before = point.disks().putIfAbsent(entry.getKey(), entry.getValue());
            if (before != null && !before.equals(entry.getValue())) {
                throw refused(
                        entry.getValue().path(),
                        "one state stands on it and on " + before.name() + " at once",
                        Remedy.say("make the list by hand; ").with(Kind.SHOW).and(" shows the chains"));
            }
            byDisk.put(entry.getValue(), point);
        }
        return point;
    }

    private void findBranches() throws IOException {
        Map<SnapshotPoint, NavigableMap<DeviceNode, List<DiskNode>>> ends = new LinkedHashMap<>();
        for (DiskNode disk : machine.disks().all()) {
            boolean end = machine.disks().children(disk).isEmpty() && !active.containsValue(disk) && isOurs(disk);
            SnapshotPoint fork = end ? forkOf(disk) : null;
            if (fork != null) {
                ends.computeIfAbsent(fork, point -> new TreeMap<>())
                        .computeIfAbsent(placeOf(disk, fork), node -> new ArrayList<>())
                        .add(disk);
            }
        }
        for (NavigableMap<DeviceNode, List<DiskNode>> branch : ends.values()) {
            for (NavigableMap<DeviceNode, DiskNode> state : paired(branch)) {
                SnapshotPoint tip = new SnapshotPoint(state);
                points.add(tip);
                state.values().forEach(disk -> byDisk.put(disk, tip));
                tip.setParent(below(state));
            }
        }
    }

    /** The nearest point below a disk. */
    private @Nullable SnapshotPoint forkOf(DiskNode disk) {
        return machine.disks().chain(disk).stream()
                .skip(1)
                .map(byDisk::get)
                .filter(java.util.Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private DeviceNode placeOf(DiskNode disk, SnapshotPoint fork) {
        List<DiskNode> chain = machine.disks().chain(disk);
        return fork.disks().entrySet().stream()
                .filter(entry -> chain.contains(entry.getValue()))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    /** Ends of branches at several places, put together to states: those of one number first, then in order. */
    private List<NavigableMap<DeviceNode, DiskNode>> paired(NavigableMap<DeviceNode, List<DiskNode>> ends) {
        List<NavigableMap<DeviceNode, DiskNode>> states = new ArrayList<>();
        if (ends.size() > 1 && ends.values().stream().anyMatch(list -> list.size() > 1)) {
            notes.add("several branches on one snapshot: which disks belong together is told by their numbers only");
        }
        while (ends.values().stream().anyMatch(list -> !list.isEmpty())) {
            List<DiskNode> first = ends.values().stream()
                    .filter(list -> !list.isEmpty())
                    .max(Comparator.comparingInt(List::size))
                    .orElseThrow();
            first.sort(Comparator.comparingInt(PointTree::number).thenComparing(DiskNode::name));
            int number = number(first.get(0));
            NavigableMap<DeviceNode, DiskNode> state = new TreeMap<>();
            ends.forEach((node, list) -> {
                list.sort(Comparator.<DiskNode>comparingInt(disk -> number(disk) == number ? 0 : 1)
                        .thenComparingInt(PointTree::number)
                        .thenComparing(DiskNode::name));
                if (!list.isEmpty()) {
                    state.put(node, list.remove(0));
                }
            });
            states.add(state);
        }
        return states;
    }

    private static int number(DiskNode disk) {
        return DiskFileName.parse(disk.name()).snapshot();
    }
}
