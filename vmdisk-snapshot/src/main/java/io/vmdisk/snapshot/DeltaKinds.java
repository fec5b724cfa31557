package io.vmdisk.snapshot;

import io.vmdisk.disk.DeltaKind;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.vm.DiskNode;
import io.vmdisk.vm.VirtualMachine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which kinds of links there are around a disk: all of one hierarchy, a base with everything that stands on it, are of one
 * kind.
 *
 * @param chain of the disk itself and those below it
 * @param hierarchy of everything on the same base
 * @param store of the machine's other links in the same folder, which tell what its datastore takes
 * @since 0.1
 */
public record DeltaKinds(Set<DeltaKind> chain, Set<DeltaKind> hierarchy, Set<DeltaKind> store) {
    /** Nothing is known: no machine, no links. */
    public static final DeltaKinds NONE = new DeltaKinds(Set.of(), Set.of(), Set.of());

    /** Copies the sets. */
    public DeltaKinds {
        chain = copy(chain);
        hierarchy = copy(hierarchy);
        store = copy(store);
    }

    private static Set<DeltaKind> copy(Set<DeltaKind> kinds) {
        return Collections.unmodifiableSet(kinds.isEmpty() ? EnumSet.noneOf(DeltaKind.class) : EnumSet.copyOf(kinds));
    }

    /** Those around a disk of a machine. */
    public static DeltaKinds around(VirtualMachine machine, DiskNode disk) {
        List<DiskNode> chain = machine.disks().chain(disk);
        Set<DeltaKind> store = EnumSet.noneOf(DeltaKind.class);
        Path folder = AtomicName.folderOf(disk.path());
        for (DiskNode other : machine.ownDisks()) {
            if (folder.equals(AtomicName.folderOf(other.path()))) {
                DeltaKind.ofLink(other.link()).ifPresent(store::add);
            }
        }
        return new DeltaKinds(kinds(chain), kinds(on(machine, chain.get(chain.size() - 1))), store);
    }

    /** A base and all that stands on it. */
    public static List<DiskNode> on(VirtualMachine machine, DiskNode base) {
        List<DiskNode> hierarchy = new ArrayList<>(List.of(base));
        for (int i = 0; i < hierarchy.size(); i++) {
            for (DiskNode child : machine.disks().children(hierarchy.get(i))) {
                if (!hierarchy.contains(child)) {
                    hierarchy.add(child);
                }
            }
        }
        return hierarchy;
    }

    /** The kinds of some links. */
    public static Set<DeltaKind> kinds(List<DiskNode> disks) {
        Set<DeltaKind> kinds = EnumSet.noneOf(DeltaKind.class);
        disks.forEach(disk -> DeltaKind.ofLink(disk.link()).ifPresent(kinds::add));
        return kinds;
    }

    /** The kind that a new link must have, if there are links already. */
    public Optional<DeltaKind> required() {
        return (chain.isEmpty() ? hierarchy : chain).stream().findFirst();
    }
}
