package io.vmdisk.plan.disk;

import io.vmdisk.BrokenChainException;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.disk.Dependants;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.LinkSpace;
import io.vmdisk.disk.Neighbours;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.PlanBuilder;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.LinkBounds;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Plans the consolidation of a disk that no virtual machine is named for: all its links fold into the base, once.
 *
 * <p>Refused if any other disk in the folder, or in the folders that are named, depends on one of the links.
 */
public final class ChainConsolidation {
    private final OpenOptions options;
    private final List<Path> searchFolders;

    /**
     * A planner.
     *
     * @param searchFolders where else disks may lie that depend on these
     */
    public ChainConsolidation(Volume volume, List<Path> searchFolders) {
        this.options = OpenOptions.readOnly().withVolume(volume);
        this.searchFolders = List.copyOf(searchFolders);
    }

    /** The plan; empty if the disk has no parent. */
    public Plan plan(Path disk, LinkSpace space) throws IOException {
        return plan(DiskChain.of(disk, options), space);
    }

    /** The plan for a chain that the caller has read. */
    public Plan plan(DiskChain chain, LinkSpace space) throws IOException {
        Path disk = chain.top().path();
        requireWhole(disk, chain);
        List<DiskLink> links = chain.links().subList(0, chain.links().size() - 1);
        Path folder = AtomicName.folderOf(chain.base().path());
        String operation = "consolidate " + disk.getFileName();
        if (links.isEmpty()) {
            return new Plan(operation, folder, List.of(), List.of(), List.of("the disk has no parent: nothing to do"));
        }
        refuseOutside(disk, chain.links());
        refuseOthers(chain, chain.links());
        return folded(operation, folder, links, chain.base(), space);
    }

    /** The plan that merges a disk into its parent alone, as {@code qemu-img commit} does; empty if it has no parent. */
    public Plan planOne(Path disk, LinkSpace space) throws IOException {
        return planOne(DiskChain.of(disk, options), space);
    }

    /** As {@link #planOne(Path, LinkSpace)}, for a chain that the caller has read. */
    public Plan planOne(DiskChain chain, LinkSpace space) throws IOException {
        Path disk = chain.top().path();
        requireWhole(disk, chain);
        String operation = "consolidate " + disk.getFileName();
        if (chain.links().size() == 1) {
            return new Plan(
                    operation,
                    AtomicName.folderOf(disk),
                    List.of(),
                    List.of(),
                    List.of("the disk has no parent: nothing to do"));
        }
        DiskLink parent = chain.links().get(1);
        refuseOutside(disk, chain.links().subList(0, 2));
        refuseOthers(chain, chain.links().subList(0, 2));
        return folded(operation, AtomicName.folderOf(parent.path()), List.of(chain.top()), parent, space);
    }

    private Plan folded(String operation, Path folder, List<DiskLink> links, DiskLink into, LinkSpace space)
            throws IOException {
        FoldSteps fold = new FoldSteps(options.volume());
        PlanBuilder draft = new PlanBuilder();
        draft.steps(fold.fold(links, into, List.of(), space));
        draft.steps(fold.removal(links));
        draft.notes(fold.notes());
        draft.note("afterwards " + into.path().getFileName() + " has the content of "
                + links.get(0).path().getFileName());
        return draft.plan(operation, folder);
    }

    private static void requireWhole(Path disk, DiskChain chain) throws BrokenChainException {
        if (!chain.isWhole()) {
            throw new BrokenChainException(
                    "broken",
                    disk,
                    "the chain is not whole, so nothing is merged\n" + chain.describe(),
                    Remedy.of(Kind.CHECK_CHAIN).and(" explains"));
        }
    }

    /** A disk names its parents wherever they lie, and anybody may have written it: what changes lies where the user said. */
    private void refuseOutside(Path disk, List<DiskLink> changed) throws IOException {
        Volume volume = options.volume();
        List<Path> named = new ArrayList<>(searchFolders);
        named.add(AtomicName.folderOf(disk));
        named.add(AtomicName.folderOf(volume.real(disk)));
        LinkBounds bounds = LinkBounds.ofFolders(volume, named);
        for (DiskLink link : changed) {
            for (Path file : link.files()) {
                if (!bounds.hold(file)) {
                    throw new UnsafeStateException(
                            "outside-folder",
                            file,
                            "it would change, and lies outside the folder of " + disk.getFileName(),
                            Remedy.say("if it belongs to that disk name its folder with ")
                                    .with(Kind.SEARCH)
                                    .and(", or consolidate into a new disk with ")
                                    .with(Kind.INTO));
                }
            }
        }
    }

    private void refuseOthers(DiskChain chain, List<DiskLink> changed) throws IOException {
        Set<Path> own = chain.links().stream()
                .map(link -> link.path().toAbsolutePath().normalize())
                .collect(Collectors.toSet());
        Set<Path> folders = new LinkedHashSet<>(searchFolders);
        folders.add(AtomicName.folderOf(chain.top().path()));
        for (DiskLink link : changed) {
            folders.add(AtomicName.folderOf(link.path()));
        }
        Neighbours near = Neighbours.in(List.copyOf(folders), own, options);
        near.refuseUnread(Remedy.say(
                        "make it readable, move it away if it is of another disk, or consolidate into a new one with ")
                .with(Kind.INTO));
        for (DiskLink link : changed) {
            List<Path> others = near.childrenOf(link.path());
            if (!others.isEmpty()) {
                throw new UnsafeStateException(
                        "has-children",
                        link.path(),
                        "other disks depend on it: " + Dependants.listed(others) + "; a merge would break them",
                        Remedy.say("consolidate into a new disk with ")
                                .with(Kind.INTO)
                                .and(", or remove them first"));
            }
        }
    }
}
