package io.vmdisk.snapshot;

import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.vm.DiskNode;
import io.vmdisk.vm.DiskOwner;
import io.vmdisk.vm.VirtualMachine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What becomes of a machine's disks when some snapshots no longer name theirs.
 *
 * <p>A disk that nobody names and nothing needs goes, if a snapshot that goes had it. A disk that nobody names and exactly
 * one other needs takes in what lies on it, up to the first that somebody names or several need; that one's name is then
 * given up, and whoever had it has the lower one. A disk that several need stays as it is. What the machine shares with
 * those it was cloned from is never touched.
 */
final class Settlement {
    /**
     * Disks that become one.
     *
     * @param links the topmost first
     * @param into what they become
     * @param children what hangs on the topmost
     */
    record Merge(List<DiskNode> links, DiskNode into, List<DiskNode> children) {
        DiskNode top() {
            return links.get(0);
        }
    }

    private final VirtualMachine machine;
    private final Set<Long> gone;
    private final Set<DiskNode> removed = new LinkedHashSet<>();
    private final List<Merge> merges = new ArrayList<>();
    private final List<DiskNode> shared = new ArrayList<>();
    /** Disks that would be merged if an unknown list did not name them. */
    private final List<DiskNode> listed = new ArrayList<>();

    private Settlement(VirtualMachine machine, Set<Long> gone) {
        this.machine = machine;
        this.gone = gone;
    }

    /**
     * Settles.
     *
     * @param gone the uids of the snapshots that go
     * @param freed the disks that those and nobody else named
     */
    static Settlement of(VirtualMachine machine, Set<Long> gone, List<DiskNode> freed) throws IOException {
        Settlement settlement = new Settlement(machine, gone);
        settlement.remove(freed);
        settlement.merge();
        settlement.requireLegible();
        return settlement;
    }

    /** What can't be read may stand on a disk that would change or go. */
    private void requireLegible() throws UnsafeStateException {
        List<Path> unread = machine.unread();
        if (!unread.isEmpty() && !(merges.isEmpty() && removed.isEmpty())) {
            throw new UnsafeStateException(
                    "disk-unread",
                    unread.get(0),
                    "it can't be read, and may need the disks that would be merged or removed",
                    "make it readable, or move it away if it is none of this machine's");
        }
    }

    private List<DiskOwner> owners(DiskNode disk) {
        return machine.owners(disk).stream()
                .filter(owner -> !(owner instanceof DiskOwner.Frozen frozen && gone.contains(frozen.uid())))
                .toList();
    }

    private List<DiskNode> children(DiskNode disk) {
        return machine.disks().children(disk).stream()
                .filter(child -> !removed.contains(child))
                .toList();
    }

    private void remove(List<DiskNode> freed) {
        Set<DiskNode> candidates = new LinkedHashSet<>();
        freed.forEach(disk -> candidates.addAll(machine.disks().chain(disk)));
        boolean changed = true;
        while (changed) {
            changed = candidates.removeIf(disk -> isUseless(disk) && removed.add(disk));
        }
    }

    private boolean isUseless(DiskNode disk) {
        return machine.owns(disk)
                && owners(disk).isEmpty()
                && children(disk).isEmpty()
                && machine.disks().parent(disk).isPresent();
    }

    private void merge() throws IOException {
        for (DiskNode disk : machine.ownDisks()) {
            if (!removed.contains(disk) && isListedOnly(disk)) {
                listed.add(disk);
            }
            if (removed.contains(disk) || !owners(disk).isEmpty()) {
                continue;
            }
            if (children(disk).size() > 1) {
                shared.add(disk);
            }
            boolean lowest = machine.disks().parent(disk).filter(this::absorbs).isEmpty();
            if (absorbs(disk) && lowest) {
                merges.add(mergeInto(disk));
            }
        }
    }

    private boolean isListedOnly(DiskNode disk) {
        List<DiskOwner> owners = owners(disk);
        return !owners.isEmpty()
                && children(disk).size() == 1
                && owners.stream().allMatch(DiskOwner.Listed.class::isInstance);
    }

    private boolean absorbs(DiskNode disk) {
        List<DiskNode> children = children(disk);
        return machine.owns(disk)
                && !removed.contains(disk)
                && owners(disk).isEmpty()
                && children.size() == 1
                && machine.owns(children.get(0));
    }

    private Merge mergeInto(DiskNode into) throws IOException {
        List<DiskNode> links = new ArrayList<>();
        DiskNode top = into;
        while (absorbs(top)) {
            top = children(top).get(0);
            links.add(0, top);
        }
        requireSizes(links, into);
        refuseOthers(top);
        return new Merge(links, into, children(top));
    }

    /** A base grows with what it takes in; a link in the middle of a chain must be as large as those around it. */
    private void requireSizes(List<DiskNode> links, DiskNode into) throws UnsafeStateException {
        long size = links.get(0).link().capacity();
        boolean base = machine.disks().parent(into).isEmpty();
        for (DiskNode link : links) {
            if (link.link().capacity() > size) {
                throw differs(link, links.get(0));
            }
        }
        if (size < into.link().capacity() || (size > into.link().capacity() && !base)) {
            throw differs(links.get(0), into);
        }
    }

    private static UnsafeStateException differs(DiskNode one, DiskNode other) {
        return new UnsafeStateException(
                "capacity",
                one.path(),
                "it has " + one.link().capacity() + " bytes, but " + other.name() + " has "
                        + other.link().capacity() + ": disks of different sizes are not merged",
                Remedy.of(Kind.REPAIR_DESCRIPTOR)
                        .and(
                                " gives a disk its size back that was grown under its links; else convert it to a new one with ")
                        .with(Kind.CONVERT)
                        .and(", and use that"));
    }

    /** The name of the topmost link is given up, so everybody who knows it must be told. */
    private void refuseOthers(DiskNode top) throws UnsafeStateException {
        for (DiskNode child : children(top)) {
            if (!machine.owns(child)) {
                throw dependants(top, child.path().toString());
            }
        }
        for (DiskOwner owner : owners(top)) {
            if (owner.outsider().isPresent()) {
                throw named(top, owner);
            }
        }
    }

    /** A refusal in the name of somebody else who names a disk. */
    static UnsafeStateException named(DiskNode disk, DiskOwner owner) {
        String who = owner.outsider().map(Path::toString).orElse("another machine");
        return owner instanceof DiskOwner.Listed
                ? new UnsafeStateException(
                        "has-children",
                        disk.path(),
                        who + " lists it as a snapshot's, though there is no configuration of that name",
                        Remedy.say("if that list is old, move it away; if it is this machine's, ")
                                .with(Kind.REPAIR_LIST)
                                .and(" takes it up"))
                : dependants(disk, who);
    }

    static UnsafeStateException dependants(DiskNode disk, String who) {
        return new UnsafeStateException(
                "has-children",
                disk.path(),
                who + " depends on it: merging or removing it would break that",
                "remove what depends on it first, or make it independent with a full clone");
    }

    /** Disks whose files go. */
    Set<DiskNode> removed() {
        return removed;
    }

    /** Disks that become one, each with its own lower ones. */
    List<Merge> merges() {
        return merges;
    }

    /** Disks that nobody names but a list that is no machine's. */
    List<DiskNode> listed() {
        return listed;
    }

    /** Disks that nobody names but several need. */
    List<DiskNode> shared() {
        return shared;
    }
}
