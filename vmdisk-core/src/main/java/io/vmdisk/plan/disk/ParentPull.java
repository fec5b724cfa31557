package io.vmdisk.plan.disk;

import io.vmdisk.Progress;
import io.vmdisk.Remedy;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.disk.Dependants;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.Neighbours;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.PlanBuilder;
import io.vmdisk.plan.PlanExecutor;
import io.vmdisk.storage.AtomicName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Merges the parent of a disk upwards, into the disk: less work than the other way round where the parent holds less.
 *
 * <p>The disk is put on its grandparent, or on nothing ({@link DiskRebase}), and only then the parent is removed. It reads the
 * same all the time; a crash leaves the parent there at worst.
 */
public final class ParentPull {
    private final OpenOptions options;
    private final List<Path> searchFolders;
    private final Progress progress;

    /**
     * A planner.
     *
     * @param options for writing
     * @param searchFolders where else disks may lie that depend on the parent
     */
    public ParentPull(OpenOptions options, List<Path> searchFolders, Progress progress) {
        this.options = options;
        this.searchFolders = List.copyOf(searchFolders);
        this.progress = progress;
    }

    /** What {@link #run} would do, after all checks; empty if the disk has no parent. */
    public Plan plan(Path disk) throws IOException {
        DiskChain chain = DiskChain.of(disk, options);
        if (!chain.isWhole()) {
            throw chain.failure();
        }
        String operation = "merge the parent of " + disk.getFileName() + " into it";
        if (chain.links().size() == 1) {
            return new Plan(
                    operation,
                    AtomicName.folderOf(disk),
                    List.of(),
                    List.of(),
                    List.of("the disk has no parent: nothing to do"));
        }
        DiskLink parent = chain.links().get(1);
        refuseOthers(chain, parent);
        Plan rebase = new DiskRebase(options, progress).plan(disk, grandparent(chain));
        PlanBuilder draft = new PlanBuilder();
        draft.steps(rebase.steps());
        draft.steps(new FoldSteps(options.volume()).removal(List.of(parent)));
        draft.notes(rebase.notes());
        return draft.plan(operation, rebase.folder());
    }

    /** Does it. */
    public void run(Path disk) throws IOException {
        if (plan(disk).steps().isEmpty()) {
            return;
        }
        DiskChain chain = DiskChain.of(disk, options);
        Path parent = chain.links().get(1).path();
        Path below = grandparent(chain);
        DiskRebase rebase = new DiskRebase(options, progress);
        if (below == null) {
            rebase.ontoNothing(disk);
        } else {
            rebase.onto(disk, below);
        }
        new PlanExecutor(options.volume(), progress).execute(DiskRemoval.plan(parent, options));
    }

    private static @Nullable Path grandparent(DiskChain chain) {
        return chain.links().size() > 2 ? chain.links().get(2).path() : null;
    }

    private void refuseOthers(DiskChain chain, DiskLink parent) throws IOException {
        List<Path> folders = new ArrayList<>(searchFolders);
        folders.add(AtomicName.folderOf(parent.path()));
        folders.add(AtomicName.folderOf(chain.top().path()));
        Path own = chain.top().path().toAbsolutePath().normalize();
        List<Path> looked = folders.stream().distinct().toList();
        Neighbours near = Neighbours.in(looked, Set.of(own), options);
        near.refuseUnread(DiskRemoval.MAKE_LEGIBLE);
        List<Path> others = near.childrenOf(parent.path()).stream()
                .filter(child -> !child.toAbsolutePath().normalize().equals(own))
                .toList();
        if (!others.isEmpty()) {
            throw new UnsafeStateException(
                    "has-children",
                    parent.path(),
                    "other disks depend on it: " + Dependants.listed(others) + "; without it they would be broken",
                    Remedy.of(Remedy.Kind.MAKE_INDEPENDENT, chain.top().path())
                            .and(" makes the disk independent of it, and leaves it where it is"));
        }
    }
}
