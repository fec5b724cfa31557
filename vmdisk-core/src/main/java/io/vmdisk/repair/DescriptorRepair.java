package io.vmdisk.repair;

import io.vmdisk.VmdiskException;
import io.vmdisk.check.evidence.ChildCapacity;
import io.vmdisk.check.evidence.FileLine;
import io.vmdisk.descriptor.AdapterType;
import io.vmdisk.descriptor.Descriptor;
import io.vmdisk.descriptor.ExtentLine;
import io.vmdisk.descriptor.Geometry;
import io.vmdisk.disk.DescriptorPlace;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.ExtentPlace;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.plan.KeptPart;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.PlanBuilder;
import io.vmdisk.plan.Repair;
import io.vmdisk.plan.step.Content;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Puts a descriptor in order: one that can be read is made to follow the extents that it names, one that is lost or
 * garbled is made anew from the extents beside it ({@link LostDescriptor}).
 */
public final class DescriptorRepair {
    private static final int DEFAULT_HARDWARE = 4;

    private DescriptorRepair() {}

    /**
     * Plans the repair.
     *
     * @param disk the descriptor, which may be missing, or the monolithic file
     * @param clues what only people know of a lost descriptor
     */
    public static Repair of(Path disk, Clues clues, OpenOptions options) throws IOException {
        DiskLink link;
        try {
            if (!options.volume().exists(disk)) {
                return LostDescriptor.rebuild(disk, clues, options);
            }
            link = DiskChain.of(disk, options.withParents(OpenOptions.Parents.NONE))
                    .top();
        } catch (VmdiskException e) {
            return LostDescriptor.rebuild(disk, clues, options);
        }
        return link.place() instanceof DescriptorPlace.Missing
                ? LostDescriptor.rebuild(disk, clues, options)
                : follow(link, options);
    }

    private static Repair follow(DiskLink link, OpenOptions options) throws IOException {
        Volume volume = options.volume();
        List<ExtentLine> lines = new ArrayList<>();
        for (ExtentPlace place : link.extents()) {
            lines.add(FileLine.of(place, link, volume));
        }
        long sectors = lines.stream().mapToLong(ExtentLine::sectors).sum();
        OptionalLong children = ChildCapacity.of(link, options);
        boolean grown = children.isPresent() && children.getAsLong() > 0 && children.getAsLong() < sectors;
        if (grown) {
            lines = ChildCapacity.cut(lines, children.getAsLong());
        }
        List<String> notes = changes(link, lines);
        Descriptor descriptor = link.descriptor();
        if (grown && !notes.isEmpty()) {
            notes.add(
                    "the disk was grown under its children: it gets the size back that they have; what lies behind stays"
                            + " in its files. To grow it again, merge them first, then resize it");
        }
        if (notes.isEmpty()) {
            return new PlannedRepair(
                    new Plan("repair " + link.path(), AtomicName.folderOf(link.path()), List.of(), List.of(), notes),
                    List.of(),
                    List.of(),
                    volume);
        }
        Descriptor changed = descriptor.withExtents(lines);
        Geometry geometry = descriptor.geometry().orElse(null);
        if (geometry != null) {
            AdapterType adapter = descriptor.adapterType().orElse(AdapterType.LSILOGIC);
            changed = changed.withGeometry(
                    geometry.isUsable()
                            ? geometry.resized(changed.capacitySectors())
                            : Geometry.of(
                                    adapter,
                                    changed.capacitySectors(),
                                    descriptor.hardwareVersion().orElse(DEFAULT_HARDWARE)));
        }
        return replacement(link, changed, notes, volume);
    }

    private static List<String> changes(DiskLink link, List<ExtentLine> lines) {
        List<String> changes = new ArrayList<>();
        for (int i = 0; i < link.extents().size(); i++) {
            ExtentLine before = link.extents().get(i).line();
            String extent =
                    "extent " + before.fileName() + ": " + before.type() + " of " + before.sectors() + " sectors ";
            if (i >= lines.size()) {
                changes.add(extent + "is no part of the disk any more");
            } else if (!lines.get(i).equals(before)) {
                changes.add(extent + "becomes " + lines.get(i).type() + " of "
                        + lines.get(i).sectors());
            }
        }
        return changes;
    }

    /** The change of a descriptor, with its original kept. */
    static Repair replacement(DiskLink link, Descriptor changed, List<String> notes, Volume volume) throws IOException {
        Path kept = Originals.nameFor(volume, link.path());
        if (link.place() instanceof DescriptorPlace.Embedded area) {
            return new EmbeddedRepair(
                    volume,
                    link.path(),
                    List.of(link),
                    area,
                    Content.of(changed.toEmbedded(area.length())),
                    kept,
                    notes);
        }
        Content after = Content.of(changed.toBytes());
        PlanBuilder draft = new PlanBuilder();
        draft.publish(kept, Originals.descriptor(volume, link));
        draft.publish(link.path(), after);
        draft.notes(notes);
        return new PlannedRepair(
                draft.plan("repair " + link.path(), AtomicName.folderOf(link.path())),
                List.of(new PlannedPart(KeptPart.whole(link.path(), kept), after)),
                List.of(link),
                volume);
    }
}
