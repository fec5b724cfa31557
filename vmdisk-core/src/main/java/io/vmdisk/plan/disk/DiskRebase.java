package io.vmdisk.plan.disk;

import io.vmdisk.BrokenChainException;
import io.vmdisk.Progress;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.bulk.Pipeline;
import io.vmdisk.descriptor.CreateType;
import io.vmdisk.descriptor.Descriptor;
import io.vmdisk.descriptor.DiskFacts;
import io.vmdisk.descriptor.files.ParentHints;
import io.vmdisk.disk.DescriptorPlace;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.DiskUse;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.PlanExecutor;
import io.vmdisk.plan.PlanLocks;
import io.vmdisk.plan.Recovery;
import io.vmdisk.plan.step.DescriptorEdit;
import io.vmdisk.plan.step.EditDescriptor;
import io.vmdisk.plan.step.Step;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.Volume;
import io.vmdisk.transfer.DiskConverter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Puts a disk on top of another parent, or of none, without changing what it reads as.
 *
 * <p>What the old parent and the new one do not have in common is copied into the disk first and flushed. The disk is
 * open over its old parent meanwhile, so the rest of a new grain is filled from there, and it reads the same whichever
 * write fails. Then one edit of the descriptor changes the parent. So a crash leaves a disk with the old parent or the
 * new, or an edit that {@link Recovery} finishes.
 */
public final class DiskRebase {
    private final OpenOptions options;
    private final Volume volume;
    private final Progress progress;

    /** Rebases with the permissions of {@code options}. */
    public DiskRebase(OpenOptions options, Progress progress) {
        this.options = options;
        this.volume = options.volume();
        this.progress = progress;
    }

    /** What {@link #onto} or {@link #ontoNothing} would do to the descriptor, after all checks. */
    public Plan plan(Path disk, @Nullable Path parent) throws IOException {
        DiskChain chain = chain(disk);
        DiskLink top = chain.top();
        DescriptorEdit edit = parent == null ? withoutParent(chain) : withParent(chain, parent);
        Step step = new EditDescriptor(disk, edit);
        String operation = "rebase " + disk.getFileName() + " onto "
                + (parent == null ? "nothing" : String.valueOf(parent.getFileName()));
        String note = parent == null
                ? "what only its parents hold is copied into the disk first"
                : "what its parents and the new one do not have in common is copied into the disk first";
        return new Plan(operation, AtomicName.folderOf(top.path()), List.of(), List.of(step), List.of(note));
    }

    /** Puts a disk on top of {@code parent}. */
    public void onto(Path disk, Path parent) throws IOException {
        Plan expected = plan(disk, parent);
        try (PlanLocks held = PlanLocks.of(expected, volume).andRead(parent).take()) {
            // Nobody may come between now: what is copied is good for these two parents only.
            Plan plan = plan(disk, parent);
            copyInto(disk, reading().withParent(parent).withParents(OpenOptions.Parents.IGNORE_CONTENT_ID));
            new PlanExecutor(volume, progress).execute(plan, held);
        }
    }

    /** Copies everything into the disk, so that it needs no parent. */
    public void ontoNothing(Path disk) throws IOException {
        try (PlanLocks held = PlanLocks.of(plan(disk, null), volume).take()) {
            Plan plan = plan(disk, null);
            copyInto(disk, reading().withParents(OpenOptions.Parents.NONE));
            new PlanExecutor(volume, progress).execute(plan, held);
        }
    }

    /** The content does not change, so its ID does not. */
    private OpenOptions writing() {
        return options.withAccess(OpenOptions.Access.WRITE)
                .withPermission(OpenOptions.Permission.UNDER_LOCK)
                .withPermission(OpenOptions.Permission.KEEP_CONTENT_ID);
    }

    private OpenOptions reading() {
        return options.withAccess(OpenOptions.Access.READ);
    }

    private void copyInto(Path disk, OpenOptions future) throws IOException {
        DiskConverter converter = new DiskConverter(Pipeline.defaultThreads(), volume, progress);
        try (VirtualDisk present = VirtualDisk.open(disk, writing())) {
            if (present.sharesBlocks()) {
                try (VirtualDisk before = VirtualDisk.open(disk, reading());
                        VirtualDisk wanted = VirtualDisk.open(disk, future)) {
                    converter.shareOwn(present, before, wanted);
                }
            }
            try (VirtualDisk wanted = VirtualDisk.open(disk, future)) {
                converter.makeOwn(present, wanted);
            }
        }
    }

    private DiskChain chain(Path disk) throws IOException {
        DiskChain chain = DiskChain.of(disk, options);
        if (!chain.isWhole()) {
            throw chain.failure();
        }
        DiskLink top = chain.top();
        if (top.place() instanceof DescriptorPlace.Missing || !top.descriptor().hasParent()) {
            throw new UnsupportedFeatureException(
                    "no-parent",
                    disk,
                    "the disk has no parent, so there is nothing to change",
                    Remedy.say("make a delta on another disk with ").with(Kind.MAKE_DELTA));
        }
        DiskUse.refuse(top, options);
        return chain;
    }

    private DescriptorEdit withParent(DiskChain chain, Path parent) throws IOException {
        Path disk = chain.top().path();
        DiskChain below = DiskChain.of(parent, options);
        if (!below.isWhole()) {
            throw below.failure();
        }
        Object own = volume.facts(disk).key();
        for (DiskLink link : below.links()) {
            if (volume.facts(link.path()).key().equals(own)) {
                throw new BrokenChainException(
                        "loop", parent, "it is a child of " + disk.getFileName() + " itself", "choose another parent");
            }
        }
        if (below.top().contentId().isNone()) {
            throw new BrokenChainException(
                    "no-content-id", parent, "it has no content ID, so no disk can be on top of it");
        }
        return DescriptorEdit.parent(below.top().contentId(), ParentHints.hintFor(disk, parent));
    }

    private static DescriptorEdit withoutParent(DiskChain chain) throws IOException {
        DiskLink top = chain.top();
        CreateType type = top.descriptor().createType();
        boolean standsAlone = type == CreateType.MONOLITHIC_SPARSE
                || type == CreateType.TWO_GB_SPARSE
                || type == CreateType.VMFS_SPARSE
                || type == CreateType.SE_SPARSE;
        if (!standsAlone) {
            throw new UnsupportedFeatureException(
                    "needs-parent",
                    top.path(),
                    "a disk of type " + top.descriptor().createTypeName() + " is made to lie on a parent",
                    Remedy.say("make a whole disk of it with ").with(Kind.CONVERT));
        }
        return DescriptorEdit.noParent(inherited(chain));
    }

    /** What a guest needs to know of the disk stands in the base only; the UUID stays, since the content does. */
    private static Map<String, String> inherited(DiskChain chain) {
        Descriptor own = chain.top().descriptor();
        Map<String, String> entries = new TreeMap<>(
                DiskFacts.keptFrom(chain.descriptors(), DiskFacts.Identity.KEPT).entries());
        entries.keySet()
                .removeIf(key -> own.ddb(key).isPresent()
                        || chain.descriptors().stream()
                                .allMatch(link -> link.ddb(key).isEmpty()));
        return entries;
    }
}
