package io.vmdisk.plan.disk;

import io.vmdisk.OutOfSpaceException;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.bulk.ShareUnits;
import io.vmdisk.descriptor.ContentId;
import io.vmdisk.descriptor.ExtentType;
import io.vmdisk.descriptor.files.ParentHints;
import io.vmdisk.disk.DescriptorPlace;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.ExtentPlace;
import io.vmdisk.disk.LinkSpace;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.plan.fold.FoldCost;
import io.vmdisk.plan.fold.FoldCost.Stored;
import io.vmdisk.plan.fold.GiveBackCheck;
import io.vmdisk.plan.fold.LinkRange;
import io.vmdisk.plan.fold.ShareCheck;
import io.vmdisk.plan.step.DeleteFile;
import io.vmdisk.plan.step.DescriptorEdit;
import io.vmdisk.plan.step.EditDescriptor;
import io.vmdisk.plan.step.FoldLinks;
import io.vmdisk.plan.step.GrowDisk;
import io.vmdisk.plan.step.Step;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The steps that fold links into the disk below them.
 *
 * <p>Content IDs name content. While bytes move, the disk below carries a fresh ID that nobody else trusts; the lowest
 * link is told, so the chain stays whole. When the fold is complete its content is the topmost link's, so it takes that
 * link's IDs, and the disks on top of that link need only a new hint. Then, and after whoever names the topmost link
 * names the disk below instead, the links go: {@link #fold} and {@link #removal} are apart for that.
 */
public final class FoldSteps {
    private final Volume volume;
    private final RandomGenerator random = ContentId.bits();
    private final List<String> notes = new ArrayList<>();
    /** Links that are open at once; what lies above waits for the next fold. */
    private static final int BATCH = 128;

    /** Of what is free, a fold that gives nothing back may need this part: other folds and tables need some too. */
    private static final int SHARE_OF_FREE = 8;

    /** What folds that can't give space back as they were asked to need, all together. */
    private long kept;

    /** What folds planned so far need if all that may be a hole is one. */
    private long supposed;

    /** Steps over the files of {@code volume}. */
    public FoldSteps(Volume volume) {
        this.volume = volume;
    }

    /** What people should know of the folds planned so far. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    /**
     * The steps up to the point where {@code into} has the content and the name for it.
     *
     * @param links at least one, the topmost first; the last one's parent is {@code into}
     * @param into the disk that takes it all
     * @param children the disks whose parent the topmost link is
     * @param space what is wished; where nothing can be given back but there is room enough, the links keep their space
     * @throws UnsafeStateException if a link is smaller than the disk it lies on, or if space shall be given back and a
     *     link's tables are not sound
     * @throws OutOfSpaceException if space shall be given back but can't be, and there is not enough room
     */
    public List<Step> fold(List<DiskLink> links, DiskLink into, List<DiskLink> children, LinkSpace space)
            throws IOException {
        refuseReadOnly(into);
        refuseCutOff(links, into);
        List<Step> steps = new ArrayList<>();
        for (int end = links.size(); end > 0; end = Math.max(0, end - BATCH)) {
            int start = Math.max(0, end - BATCH);
            List<DiskLink> above = start == 0 ? children : List.of(links.get(start - 1));
            steps.addAll(foldTogether(links.subList(start, end), into, above, space));
        }
        return steps;
    }

    private List<Step> foldTogether(List<DiskLink> links, DiskLink into, List<DiskLink> children, LinkSpace space)
            throws IOException {
        DiskLink top = links.get(0);
        ContentId between = ContentId.random(random);
        FoldLinks merge = fold(links, into, space);
        List<Step> steps = new ArrayList<>();
        steps.add(new EditDescriptor(into.path(), DescriptorEdit.content(between, between.randomLongForm(random))));
        // Links that give back what they held read as zeros there, so until they go nobody may take them for a chain.
        ContentId known = merge.space() == LinkSpace.KEEP ? between : ContentId.random(random);
        DiskLink lowest = links.get(links.size() - 1);
        if (!(lowest.place() instanceof DescriptorPlace.Missing)) {
            steps.add(new EditDescriptor(lowest.path(), DescriptorEdit.parentContent(known)));
        }
        if (top.capacity() > into.capacity()) {
            steps.add(new GrowDisk(into.path(), top.capacity()));
        }
        steps.add(merge);
        steps.add(new EditDescriptor(into.path(), DescriptorEdit.content(top.contentId(), longId(top))));
        for (DiskLink child : children) {
            String hint = ParentHints.hintFor(child.path(), into.path());
            steps.add(new EditDescriptor(child.path(), DescriptorEdit.parent(child.parentContentId(), hint)));
        }
        return steps;
    }

    private @Nullable String longId(DiskLink top) {
        return top.descriptor().longContentId().orElseGet(() -> top.contentId().randomLongForm(random));
    }

    /** The steps that remove all files of these links. */
    public List<Step> removal(List<DiskLink> links) {
        List<Step> steps = new ArrayList<>();
        for (DiskLink link : links) {
            for (Path file : link.files()) {
                steps.add(new DeleteFile(file));
            }
        }
        return steps;
    }

    /** A fold into what can't be written would stop half way. */
    private static void refuseReadOnly(DiskLink into) throws UnsupportedFeatureException {
        for (ExtentPlace extent : into.extents()) {
            ExtentType type = extent.line().type();
            boolean device = type == ExtentType.VMFSRDM
                    || type == ExtentType.VMFSRAW
                    || extent.line().isDevice();
            if (device) {
                throw new UnsupportedFeatureException(
                        "device-write",
                        into.path(),
                        "it is a raw device or its mapping: nothing is folded into a device",
                        Remedy.say("consolidate on the host, or into a new disk with ")
                                .with(Kind.INTO));
            }
            if (into.descriptor().createType() == io.vmdisk.descriptor.CreateType.STREAM_OPTIMIZED) {
                throw new UnsupportedFeatureException(
                        "stream-write",
                        into.path(),
                        "a stream-optimised disk can't be changed in place",
                        Remedy.say("consolidate into a new disk with ").with(Kind.INTO));
            }
        }
    }

    /** What a smaller link hides of the disk below would come to light when the link is gone. */
    private static void refuseCutOff(List<DiskLink> links, DiskLink into) throws UnsafeStateException {
        for (int i = 0; i < links.size(); i++) {
            DiskLink link = links.get(i);
            DiskLink below = i + 1 < links.size() ? links.get(i + 1) : into;
            if (link.capacity() < below.capacity()) {
                throw new UnsafeStateException(
                        "capacity",
                        link.path(),
                        "it has " + link.capacity() + " bytes, the disk below it, "
                                + below.path().getFileName() + ", has " + below.capacity()
                                + ": a merge would bring to light what the link cuts off",
                        Remedy.say("write the disk anew with ")
                                .with(Kind.CONVERT)
                                .and(", and use that"));
            }
        }
    }

    private record Costs(long bytes, long shared, long growth, long unitBytes) {}

    private Costs costs(List<DiskLink> links, DiskLink into) throws IOException {
        OpenOptions alone = LinkRange.reading(volume);
        FoldCost.Zeros zeros = FoldCost.Zeros.of(into);
        try (VirtualDisk above = VirtualDisk.open(new DiskChain(links, null), alone);
                VirtualDisk below = VirtualDisk.open(new DiskChain(List.of(into), null), alone)) {
            // A merge that finds out on its way that data is lost could neither be finished nor undone.
            above.requireWhole();
            below.requireWhole();
            ShareUnits units = new ShareCheck(volume).units(links, into, below.grainBytes(0));
            FoldCost all = FoldCost.of(above, below, zeros, Stored.ALL, units);
            long growth = mayHideHoles(into) ? growthWithHoles(above, below, zeros) : all.growth();
            return new Costs(all.bytes(), all.shared(), growth, FoldCost.unitBytes(below));
        }
    }

    /** Whether holes of a thin disk can't be asked for: without native calls they look like data. */
    private boolean mayHideHoles(DiskLink into) throws IOException {
        if (!into.descriptor().isThin()) {
            return false;
        }
        for (ExtentPlace extent : into.extents()) {
            if (extent.path() != null && extent.line().type().isPlain()) {
                try (BlockFile file = volume.open(extent.path(), OpenMode.READ)) {
                    if (file.allocatedBytes() < 0) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** What a fold needs if each hole may be one. Only where that decides is the disk read, to count what is none. */
    private long growthWithHoles(VirtualDisk above, VirtualDisk below, FoldCost.Zeros zeros) throws IOException {
        long most =
                FoldCost.of(above, below, zeros, Stored.NONE, ShareUnits.NONE).growth();
        long free = volume.freeBytes(AtomicName.folderOf(below.links().get(0).path()));
        if (supposed + most <= free / 2) {
            supposed += most;
            return most;
        }
        return FoldCost.of(above, below, zeros, Stored.WHAT_IS_NOT_ZERO, ShareUnits.NONE)
                .growth();
    }

    /** What the links can give back in all: hidden copies too. */
    private long held(List<DiskLink> links) throws IOException {
        long held = 0;
        for (DiskLink link : links) {
            DiskChain alone = new DiskChain(List.of(link), null);
            try (VirtualDisk one = VirtualDisk.open(alone, LinkRange.reading(volume))) {
                held += FoldCost.of(one, one, FoldCost.Zeros.FREE, ShareUnits.NONE, 0, one.capacity())
                        .bytes();
            }
        }
        return held;
    }

    /** The fold, with the room that it needs while it runs. */
    private FoldLinks fold(List<DiskLink> links, DiskLink into, LinkSpace space) throws IOException {
        List<Path> paths = links.stream().map(DiskLink::path).toList();
        Costs costs = costs(links, into);
        if (costs.shared() > 0) {
            notes.add(into.path().getFileName() + " comes to share blocks with its links: of " + costs.bytes()
                    + " bytes " + (costs.bytes() - costs.shared()) + " are copied");
        }
        if (space == LinkSpace.KEEP || needsNothingBack(costs, into)) {
            return new FoldLinks(paths, into.path(), LinkSpace.KEEP, costs.bytes(), costs.growth());
        }
        GiveBackCheck giveBack = new GiveBackCheck(volume);
        giveBack.requireSound(links, into);
        if (giveBack.isPossible(links)) {
            // What is given back makes room for the next stretch, but the first one needs some to begin with.
            long least = Math.max(Math.min(costs.growth(), costs.unitBytes()), costs.growth() - held(links));
            return new FoldLinks(paths, into.path(), space, costs.bytes(), least);
        }
        requireRoomToKeep(into, costs.growth());
        return new FoldLinks(paths, into.path(), LinkSpace.KEEP, costs.bytes(), costs.growth());
    }

    /** Where next to all is shared the links may keep their space, so that a reader finds a whole chain at every instant. */
    private boolean needsNothingBack(Costs costs, DiskLink into) throws IOException {
        return costs.shared() > 0
                && costs.growth() <= volume.freeBytes(AtomicName.folderOf(into.path())) / SHARE_OF_FREE;
    }

    private void requireRoomToKeep(DiskLink into, long growth) throws IOException {
        String reason = "nothing can be given back while links of "
                + into.path().getFileName() + " are merged: this Java or this file system has no way to";
        long free = volume.freeBytes(AtomicName.folderOf(into.path()));
        kept += growth;
        if (kept > free) {
            throw new OutOfSpaceException(
                    "give-back",
                    into.path(),
                    reason + "; the merge needs up to " + kept + " bytes, " + free + " are free",
                    Remedy.say(
                                    "use Java 22 or later on Linux and a file system that can punch holes, free some space, or write a new disk elsewhere with ")
                            .with(Kind.INTO));
        }
        notes.add(reason + "; the links keep their space until they are removed, and there is room for that");
    }
}
