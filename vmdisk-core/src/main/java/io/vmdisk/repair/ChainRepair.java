package io.vmdisk.repair;

import io.vmdisk.BrokenChainException;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.descriptor.ContentId;
import io.vmdisk.descriptor.files.ParentHints;
import io.vmdisk.disk.ChainBreak;
import io.vmdisk.disk.DescriptorPlace;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.plan.PlanBuilder;
import io.vmdisk.plan.Repair;
import io.vmdisk.plan.step.DescriptorEdit;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.LinkBounds;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Relinks a chain: children remember the content IDs that their parents have, and where they are.
 *
 * <p>A content ID that differs says that the parent may have been changed under its child. Relinking hides that, so it
 * needs a proof that the content is the one the child was made on, or the user's word.
 */
public final class ChainRepair {
    private final Volume volume;
    private final OpenOptions options;
    private final Trust trust;
    private final List<PlannedPart> parts = new ArrayList<>();
    private final PlanBuilder draft = new PlanBuilder();
    private final Set<Object> edited = new HashSet<>();

    /** What is enough to relink. */
    public enum Trust {
        /** Only what the descriptors prove. */
        PROOF,
        /** The user's word that the parent's content is right. */
        USER
    }

    private ChainRepair(OpenOptions options, Trust trust) {
        this.volume = options.volume();
        this.options = options.withParents(OpenOptions.Parents.IGNORE_CONTENT_ID);
        this.trust = trust;
    }

    /**
     * Makes every child of a chain remember its parent's present content ID.
     *
     * @throws UnsafeStateException if nothing proves that a parent's content is the right one, and only proof counts
     * @throws BrokenChainException if a parent is missing
     */
    public static Repair relink(Path disk, OpenOptions options, Trust trust) throws IOException {
        ChainRepair repair = new ChainRepair(options, trust);
        repair.relinkChain(disk);
        return repair.plan("relink the chain of " + disk.getFileName(), disk);
    }

    /**
     * Does for several disks, which may share links, what {@link #relink} does for one, in one plan.
     *
     * @param subject the file of whose folder the plan is
     */
    public static Repair relinkAll(Path subject, Collection<Path> disks, OpenOptions options, Trust trust)
            throws IOException {
        ChainRepair repair = new ChainRepair(options, trust);
        for (Path disk : disks) {
            repair.relinkChain(disk);
        }
        return repair.plan("relink the chains of " + subject.getFileName(), subject);
    }

    private void relinkChain(Path disk) throws IOException {
        DiskChain chain = DiskChain.of(disk, options);
        requireWhole(chain);
        List<DiskLink> links = chain.links();
        LinkBounds bounds = LinkBounds.ofFile(volume, disk);
        for (int i = links.size() - 1; i > 0; i--) {
            DiskLink parent = links.get(i);
            DiskLink child = links.get(i - 1);
            boolean fits = parent.contentId().equals(child.parentContentId());
            if (!fits && edited.add(volume.facts(child.path()).key())) {
                requireContentId(parent);
                requireNear(bounds, disk, child);
                requireTrust(child, parent);
                edit(child, DescriptorEdit.parentContent(parent.contentId()));
            }
        }
    }

    /** A disk names its parents wherever they lie, and anybody may have written it: what is elsewhere stays as it is. */
    private static void requireNear(LinkBounds bounds, Path disk, DiskLink child) throws IOException {
        if (!bounds.hold(child.path())) {
            throw new UnsafeStateException(
                    "outside-folder",
                    child.path(),
                    "it would change, and lies outside the folder of " + disk.getFileName(),
                    Remedy.of(Kind.RELINK).and(" of that disk relinks it"));
        }
    }

    /**
     * Makes a disk remember another place for its parent, and that parent's content ID.
     *
     * @throws UnsafeStateException if the parent's content ID differs, nothing proves it right, and only proof counts
     */
    public static Repair parent(Path disk, Path parent, OpenOptions options, Trust trust) throws IOException {
        ChainRepair repair = new ChainRepair(options, trust);
        DiskLink child = DiskChain.of(disk, options.withParents(OpenOptions.Parents.NONE))
                .top();
        DiskChain below = DiskChain.of(parent, repair.options);
        refuseLoop(repair.volume, child, below);
        DiskLink found = below.top();
        requireContentId(found);
        requireDescriptor(child);
        if (!found.contentId().equals(child.parentContentId())) {
            repair.requireTrust(child, found);
        }
        String hint = ParentHints.hintFor(child.path(), parent);
        boolean same = found.contentId().equals(child.parentContentId())
                && child.descriptor().parentHint().equals(Optional.of(hint));
        if (!same) {
            repair.edit(child, DescriptorEdit.parent(found.contentId(), hint));
        }
        return repair.plan("give " + disk.getFileName() + " the parent " + parent.getFileName(), disk);
    }

    /** A child that remembered no content ID would have no parent any more. */
    private static void requireContentId(DiskLink parent) throws BrokenChainException {
        requireDescriptor(parent);
        if (parent.contentId().isNone()) {
            throw new BrokenChainException(
                    "no-content-id",
                    parent.path(),
                    "its CID is " + ContentId.NONE + ", which in a child stands for no parent",
                    "give it another CID in its text, such as " + ContentId.NEVER_WRITTEN);
        }
    }

    private static void requireDescriptor(DiskLink link) throws BrokenChainException {
        if (link.place() instanceof DescriptorPlace.Missing) {
            throw new BrokenChainException(
                    "no-content-id",
                    link.path(),
                    "it has no descriptor to link with",
                    Remedy.say("rebuild it with ").with(Kind.REPAIR_DESCRIPTOR, link.path()));
        }
    }

    private static void requireWhole(DiskChain chain) throws BrokenChainException {
        ChainBreak broken = chain.broken();
        if (broken != null) {
            throw new BrokenChainException(
                    broken.kind().code(),
                    chain.links().get(broken.child()).path(),
                    broken.problem(),
                    Remedy.say("name the parent with ").with(Kind.REPLACE_PARENT));
        }
    }

    private static void refuseLoop(Volume volume, DiskLink child, DiskChain below) throws IOException {
        Object own = volume.facts(child.path()).key();
        for (DiskLink link : below.links()) {
            if (volume.facts(link.path()).key().equals(own)) {
                throw new BrokenChainException(
                        ChainBreak.Kind.LOOP.code(),
                        child.path(),
                        "the new parent stands on this disk itself",
                        "name the disk below it");
            }
        }
    }

    private void requireTrust(DiskLink child, DiskLink parent) throws UnsafeStateException {
        Optional<String> proof = proof(child, parent);
        if (proof.isPresent()) {
            draft.note(child.path().getFileName() + ": " + proof.get());
            return;
        }
        String facts = parent.path().getFileName() + " was changed last at " + parent.modified() + ", "
                + child.path().getFileName() + " at " + child.modified();
        if (trust != Trust.USER) {
            throw new UnsafeStateException(
                    "cid",
                    child.path(),
                    "parent CID is " + child.parentContentId() + " but "
                            + parent.path().getFileName() + " has CID "
                            + parent.contentId() + ", and nothing proves that its content is the right one (" + facts
                            + ")",
                    Remedy.say("if it is, say ").with(Kind.ALLOW, "cid"));
        }
        draft.note(child.path().getFileName() + ": linked on your word; " + facts);
    }

    /** A reason to believe that the parent's content is what the child was made on. */
    private static Optional<String> proof(DiskLink child, DiskLink parent) {
        Optional<String> ofParent = lower(parent.descriptor().longContentId());
        Optional<String> ofChild = lower(child.descriptor().longContentId());
        ContentId wanted = child.parentContentId();
        if (ofParent.isPresent() && ofParent.get().endsWith(wanted.toString())) {
            return Optional.of("the parent's longContentID ends in " + wanted
                    + ", the content ID that the child remembers: only the CID line was changed");
        }
        if (ofParent.isPresent() && ofParent.equals(ofChild)) {
            return Optional.of("child and parent have the same longContentID: the child was made on this content");
        }
        return Optional.empty();
    }

    private static Optional<String> lower(Optional<String> longId) {
        return longId.filter(id -> id.length() == 32).map(id -> id.toLowerCase(Locale.ROOT));
    }

    private void edit(DiskLink link, DescriptorEdit edit) throws IOException {
        KeptEdit kept = KeptEdit.of(link, edit, volume);
        parts.add(kept.part());
        draft.prepare(kept.original());
        draft.steps(kept.steps());
    }

    private Repair plan(String operation, Path disk) {
        return new PlannedRepair(draft.plan(operation, AtomicName.folderOf(disk)), parts, List.of(), volume);
    }
}
