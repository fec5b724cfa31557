package io.vmdisk.plan.disk;

import io.vmdisk.BrokenChainException;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.disk.Dependants;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.step.Step;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
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
    public Plan plan(Path disk, Step.Fold.Space space) throws IOException {
        DiskChain chain = DiskChain.of(disk, options);
        if (!chain.isWhole()) {
            throw new BrokenChainException(
                    "broken",
                    disk,
                    "the chain is not whole, so nothing is merged\n" + chain.describe(),
                    "'vmdisk check --chain' explains");
        }
        List<DiskLink> links = chain.links().subList(0, chain.links().size() - 1);
        Path folder = AtomicName.folderOf(chain.base().path());
        String operation = "consolidate " + disk.getFileName();
        if (links.isEmpty()) {
            return new Plan(operation, folder, List.of(), List.of(), List.of("the disk has no parent: nothing to do"));
        }
        refuseOthers(chain);
        FoldSteps fold = new FoldSteps(options.volume());
        List<Step> steps = new ArrayList<>(fold.fold(links, chain.base(), List.of(), space));
        steps.addAll(fold.removal(links));
        List<String> notes = new ArrayList<>(fold.notes());
        notes.add("afterwards " + chain.base().path().getFileName() + " has the content of " + disk.getFileName());
        return new Plan(operation, folder, List.of(), steps, notes);
    }

    private void refuseOthers(DiskChain chain) throws IOException {
        Set<Path> own = chain.links().stream()
                .map(link -> link.path().toAbsolutePath().normalize())
                .collect(Collectors.toSet());
        for (DiskLink link : chain.links()) {
            List<Path> folders = new ArrayList<>(searchFolders);
            folders.add(AtomicName.folderOf(link.path()));
            folders.add(AtomicName.folderOf(chain.top().path()));
            List<Path> others = Dependants.of(
                            link.path(), folders.stream().distinct().toList(), options)
                    .stream()
                    .filter(child -> !own.contains(child.toAbsolutePath().normalize()))
                    .toList();
            if (!others.isEmpty()) {
                throw new UnsafeStateException(
                        "has-children",
                        link.path(),
                        "other disks depend on it: " + others + "; a merge would break them",
                        "consolidate into a new disk with --into, or remove them first");
            }
        }
    }
}
