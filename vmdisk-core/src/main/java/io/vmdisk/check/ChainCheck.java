package io.vmdisk.check;

import io.vmdisk.Finding.Severity;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.VmdiskException;
import io.vmdisk.check.evidence.ChildCapacity;
import io.vmdisk.check.evidence.ExtentSearch;
import io.vmdisk.descriptor.files.ParentHints;
import io.vmdisk.disk.ChainBreak;
import io.vmdisk.disk.DeltaKind;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.ExtentPlace;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Checks how the links of a chain fit together: content IDs, hints, capacities, adapters, and where it breaks. */
final class ChainCheck {
    private final Volume volume;
    private final FindingList findings;
    /** Children that were compared with their parents, or that have none to compare with. */
    private final Set<Object> checked = new HashSet<>();
    /** Links of another kind than those below that were told of. */
    private final Set<Object> mixed = new HashSet<>();

    ChainCheck(Volume volume, FindingList findings) {
        this.volume = volume;
        this.findings = findings;
    }

    void check(DiskChain chain) throws IOException {
        List<DiskLink> links = chain.links();
        ChainBreak broken = chain.broken();
        for (int i = 1; i < links.size(); i++) {
            if (checked.add(key(links.get(i - 1)))) {
                checkPair(links.get(i - 1), links.get(i));
            }
        }
        checkKinds(links);
        if (broken != null && checked.add(key(links.get(broken.child())))) {
            checkBreak(links.get(broken.child()), broken);
        }
    }

    /** VMFSsparse and SEsparse are not mixed in one hierarchy: vSphere Storage, "Snapshot Formats". */
    private void checkKinds(List<DiskLink> links) throws IOException {
        for (int i = 1; i < links.size(); i++) {
            DiskLink child = links.get(i - 1);
            Optional<DeltaKind> own = DeltaKind.ofLink(child);
            Optional<DeltaKind> below = DeltaKind.ofLink(links.get(i));
            boolean ofHosts = own.isPresent()
                    && below.isPresent()
                    && own.get() != DeltaKind.HOSTED
                    && below.get() != DeltaKind.HOSTED;
            if (ofHosts && !own.equals(below) && mixed.add(key(child))) {
                findings.add(
                        "chain.mixed-deltas",
                        Severity.WARNING,
                        child.path(),
                        "it is " + own.get().word() + " and stands on the "
                                + below.get().word() + " link "
                                + links.get(i).path().getFileName() + "; hosts want one kind of links in a hierarchy",
                        Remedy.say("merge them, or write a whole disk: ").with(Kind.CONVERT, child.path()));
            }
        }
    }

    private Object key(DiskLink link) throws IOException {
        return volume.facts(link.path()).key();
    }

    private void checkBreak(DiskLink child, ChainBreak broken) throws IOException {
        boolean missing = broken.kind() == ChainBreak.Kind.MISSING;
        findings.add(
                "chain." + broken.kind().code(),
                Severity.ERROR,
                child.path(),
                broken.problem(),
                missing
                        ? Remedy.say("if it was renamed or moved: ")
                                .with(Kind.REPLACE_PARENT, child.path())
                                .and("; if it is lost: ")
                                .with(Kind.CONVERT_DAMAGED, child.path())
                                .and(" saves what the links above it hold")
                        : broken.remedy());
        if (missing || broken.kind() == ChainBreak.Kind.UNREADABLE) {
            for (Path place : places(child)) {
                if (missing != volume.exists(place)
                        && !ExtentSearch.beside(volume, place).isEmpty()) {
                    findings.descriptorLost(volume, place);
                    return;
                }
            }
        }
    }

    private static List<Path> places(DiskLink child) {
        String hint = child.descriptor().parentHint().orElse(null);
        try {
            return hint == null ? List.of() : ParentHints.candidates(child.path(), hint);
        } catch (VmdiskException e) {
            return List.of();
        }
    }

    private void checkPair(DiskLink child, DiskLink parent) throws IOException {
        if (!parent.contentId().equals(child.parentContentId())) {
            findings.add(
                    "chain." + ChainBreak.Kind.CONTENT_ID.code(),
                    Severity.ERROR,
                    child.path(),
                    "parent CID is " + child.parentContentId() + " but "
                            + parent.path().getFileName() + " has CID "
                            + parent.contentId() + ": the parent was changed (" + parent.modified()
                            + ") after this link was made, or a copy is mixed up",
                    Remedy.say("if the parent's content is right, ")
                            .with(Kind.RELINK, child.path())
                            .and(" relinks; else restore it"));
        }
        if (child.capacity() != parent.capacity()) {
            checkCapacities(child, parent);
        }
        if (child.descriptor().adapterType().isPresent()
                && parent.descriptor().adapterType().isPresent()
                && !child.descriptor().adapterType().equals(parent.descriptor().adapterType())) {
            findings.add(
                    "chain.adapter",
                    Severity.INFO,
                    child.path(),
                    "the adapter is " + child.descriptor().adapterType().get().word() + ", that of its parent "
                            + parent.descriptor().adapterType().get().word(),
                    "");
        }
        checkHint(child, parent);
    }

    private void checkCapacities(DiskLink child, DiskLink parent) {
        boolean misread = isMisread(child);
        boolean shrunk = child.capacity() < parent.capacity();
        String reason = shrunk ? ": the parent was grown under it" : ": the parent lost its end";
        Remedy remedy = shrunk
                ? Remedy.of(Kind.REPAIR_DESCRIPTOR, parent.path())
                        .and(" gives the parent its size back; then merge, and grow the disk")
                : Remedy.say("bring the whole parent back; if it was always so, a merge makes the parent as large");
        if (misread) {
            reason = ": its descriptor does not say what its files do";
            remedy = Remedy.of(Kind.REPAIR_DESCRIPTOR, child.path()).and(" makes the descriptor follow its files");
        }
        findings.add(
                "chain.capacity",
                Severity.ERROR,
                child.path(),
                "its capacity is " + child.capacity() + " bytes, that of its parent "
                        + parent.path().getFileName() + " is " + parent.capacity() + reason
                        + "; VMware's products open no chain whose links differ in size",
                remedy);
    }

    /** Whether a disk's descriptor gives it another size than its files have. */
    private boolean isMisread(DiskLink disk) {
        try {
            return ChildCapacity.byFiles(disk, volume) * ExtentPlace.SECTOR != disk.capacity();
        } catch (IOException e) {
            // Its files can't be asked, so the descriptor is all there is.
            return false;
        }
    }

    /** A parent that was found elsewhere than the hint says is lost to programs that look there only. */
    private void checkHint(DiskLink child, DiskLink parent) throws IOException {
        String hint = child.descriptor().parentHint().orElse(null);
        if (hint == null) {
            return;
        }
        try {
            List<Path> places = ParentHints.candidates(child.path(), hint);
            if (!places.isEmpty()
                    && volume.exists(places.get(0))
                    && volume.facts(places.get(0))
                            .key()
                            .equals(volume.facts(parent.path()).key())) {
                return;
            }
            findings.add(
                    "chain.hint",
                    Severity.WARNING,
                    child.path(),
                    "its parent hint \"" + hint + "\" leads nowhere; the parent was found as " + parent.path(),
                    Remedy.of(Kind.REPLACE_PARENT, child.path(), parent.path().toString())
                            .and(" corrects the hint"));
        } catch (VmdiskException e) {
            findings.add("chain.hint", child.path(), e);
        }
    }
}
