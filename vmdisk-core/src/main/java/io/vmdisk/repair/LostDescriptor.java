package io.vmdisk.repair;

import io.vmdisk.MalformedFileException;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.Sector;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.VmdiskException;
import io.vmdisk.check.evidence.ExtentSearch;
import io.vmdisk.check.evidence.FileLine;
import io.vmdisk.descriptor.ContentId;
import io.vmdisk.descriptor.CreateType;
import io.vmdisk.descriptor.Descriptor;
import io.vmdisk.descriptor.DescriptorBuilder;
import io.vmdisk.descriptor.ExtentLine;
import io.vmdisk.descriptor.ExtentType;
import io.vmdisk.descriptor.Geometry;
import io.vmdisk.descriptor.files.DiskFileName;
import io.vmdisk.descriptor.files.ParentHints;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DescriptorPlace;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.ExtentPlace;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.extent.DescriptorRoom;
import io.vmdisk.extent.SparseFormat;
import io.vmdisk.format.Formats;
import io.vmdisk.plan.KeptPart;
import io.vmdisk.plan.PlanBuilder;
import io.vmdisk.plan.Repair;
import io.vmdisk.plan.step.Content;
import io.vmdisk.plan.step.CopyFile;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes a descriptor anew from what is left: the extents beside it, the children that remember its content ID, and a
 * few clues.
 */
final class LostDescriptor {
    private static final int SECTOR = Sector.BYTES;

    private final Path disk;
    private final Clues clues;
    private final OpenOptions options;
    private final Volume volume;
    private final List<String> notes = new ArrayList<>();

    private LostDescriptor(Path disk, Clues clues, OpenOptions options) {
        this.disk = disk;
        this.clues = clues;
        this.options = options;
        this.volume = options.volume();
    }

    static Repair rebuild(Path disk, Clues clues, OpenOptions options) throws IOException {
        return new LostDescriptor(disk, clues, options).rebuild();
    }

    private Repair rebuild() throws IOException {
        if (volume.exists(disk)) {
            try (BlockFile file = volume.open(disk, OpenMode.READ)) {
                Optional<SparseFormat> format = Formats.of(file).filter(SparseFormat::embedsDescriptors);
                if (format.isPresent()) {
                    return embedded(file, format.get());
                }
            }
        }
        List<Path> extents = ExtentSearch.beside(volume, disk);
        if (extents.isEmpty()) {
            throw new MalformedFileException(
                    "no-extents",
                    disk,
                    -1,
                    "no extents are beside it by whose names and headers it could be rebuilt",
                    "give the descriptor's own name; its extents are called NAME-flat.vmdk, NAME-s001.vmdk,"
                            + " NAME-delta.vmdk or NAME-sesparse.vmdk");
        }
        requireAllParts(extents);
        List<ExtentLine> lines = new ArrayList<>();
        for (Path extent : extents) {
            lines.add(line(extent));
        }
        Descriptor descriptor = descriptor(typeOf(extents.get(0), lines.get(0)), lines, extents);
        return plan(descriptor);
    }

    private Repair embedded(BlockFile file, SparseFormat format) throws IOException {
        DescriptorRoom room = format.descriptorRoom(file);
        ExtentLine line = ExtentLine.of(
                format.capacityBytes(file) / SECTOR,
                ExtentType.of(format.extentWord()),
                String.valueOf(disk.getFileName()));
        Descriptor descriptor = descriptor(CreateType.of(room.createTypeWord()), List.of(line), List.of(disk));
        DescriptorPlace.Embedded area = new DescriptorPlace.Embedded(room.offset(), room.length());
        return new EmbeddedRepair(
                volume,
                disk,
                List.of(),
                area,
                Content.of(descriptor.toEmbedded(area.length())),
                Originals.nameFor(volume, disk),
                List.copyOf(notes));
    }

    private void requireAllParts(List<Path> extents) throws MalformedFileException {
        for (int i = 0; i < extents.size(); i++) {
            DiskFileName name = nameOf(extents.get(i));
            boolean single = name.part() == 0 && extents.size() == 1;
            boolean next = name.part() == i + 1
                    && name.role() == nameOf(extents.get(0)).role();
            if (!single && !next) {
                throw new MalformedFileException(
                        "extents",
                        disk,
                        -1,
                        "the extents beside it are not one whole disk: " + extents + "; part " + (i + 1)
                                + " is missing, or there are files of two kinds",
                        "bring the missing part back, or move the files of the other disk away");
            }
        }
    }

    private static DiskFileName nameOf(Path extent) {
        return DiskFileName.parse(String.valueOf(extent.getFileName()));
    }

    private ExtentLine line(Path extent) throws IOException {
        String name = String.valueOf(extent.getFileName());
        try (BlockFile file = volume.open(extent, OpenMode.READ)) {
            DiskFileName.Role role = nameOf(extent).role();
            if (role == DiskFileName.Role.FLAT || role == DiskFileName.Role.FLAT_PART) {
                long sectors = Sector.ceilDiv(file.size(), SECTOR);
                if (sectors == 0) {
                    throw new MalformedFileException("empty", extent, 0, "the extent is empty", "bring it back");
                }
                return role == DiskFileName.Role.FLAT
                        ? ExtentLine.of(sectors, ExtentType.VMFS, name)
                        : ExtentLine.flat(sectors, name, 0);
            }
            return FileLine.sparse(ExtentLine.of(1, ExtentType.SPARSE, name), file);
        }
    }

    private static CreateType typeOf(Path first, ExtentLine line) {
        return switch (line.type()) {
            case VMFS -> CreateType.VMFS;
            case FLAT -> CreateType.TWO_GB_FLAT;
            case VMFSSPARSE -> CreateType.VMFS_SPARSE;
            case SESPARSE -> CreateType.SE_SPARSE;
            default ->
                nameOf(first).role() == DiskFileName.Role.SPARSE_PART
                        ? CreateType.TWO_GB_SPARSE
                        : CreateType.MONOLITHIC_SPARSE;
        };
    }

    private Descriptor descriptor(CreateType type, List<ExtentLine> lines, List<Path> extents) throws IOException {
        long sectors = lines.stream().mapToLong(ExtentLine::sectors).sum();
        ContentId cid = contentId();
        DescriptorBuilder form = DescriptorBuilder.of(type)
                .cid(cid)
                .extents(lines)
                .adapter(clues.adapter())
                .geometry(Geometry.of(clues.adapter(), sectors, clues.hardwareVersion()))
                .hardwareVersion(clues.hardwareVersion());
        if (type == CreateType.VMFS && isThin(extents.get(0))) {
            form.thin();
            notes.add("the file has holes: the disk is taken for a thin one");
        }
        if (type == CreateType.SE_SPARSE) {
            form.grainSectors(CreateSpec.of(DiskFormat.SE_SPARSE, 0).unitBytes() / ExtentPlace.SECTOR);
        }
        parent(form, type);
        notes.add("adapter " + clues.adapter().word() + " and hardware version " + clues.hardwareVersion()
                + " are taken: compare them with the machine's configuration");
        return form.build(disk);
    }

    private boolean isThin(Path flat) throws IOException {
        try (BlockFile file = volume.open(flat, OpenMode.READ)) {
            long allocated = file.allocatedBytes();
            if (allocated < 0) {
                notes.add("whether it was thin can't be seen from here: it is taken for a thick one");
            }
            return allocated >= 0 && allocated < file.size();
        }
    }

    /** A delta is nothing without its parent, and its own file does not name it. */
    private void parent(DescriptorBuilder form, CreateType type) throws IOException {
        Path parent = clues.parent();
        boolean delta = nameOf(disk).snapshot() > 0 || type == CreateType.VMFS_SPARSE || type == CreateType.SE_SPARSE;
        if (parent != null) {
            DiskLink link = DiskChain.of(parent, options.withParents(OpenOptions.Parents.NONE))
                    .top();
            form.parent(link.contentId(), ParentHints.hintFor(disk, parent));
            notes.add("linked to " + parent.getFileName() + " with CID " + link.contentId() + ": what the lost"
                    + " descriptor said can't be compared");
        } else if (delta) {
            throw new UnsafeStateException(
                    "parent-unknown",
                    disk,
                    "it is a delta, and nothing tells which disk it stands on",
                    Remedy.say("name that disk with ")
                            .with(Kind.PARENT)
                            .and("; the number in its name, the times of the files and the snapshot list tell which"));
        }
    }

    /** Children remember the content ID: with it the chain is whole again. */
    private ContentId contentId() throws IOException {
        List<ContentId> remembered = new ArrayList<>();
        for (Path entry : volume.list(AtomicName.folderOf(disk))) {
            rememberedBy(entry).filter(id -> !remembered.contains(id)).ifPresent(remembered::add);
        }
        if (remembered.size() == 1) {
            notes.add("its children remember the CID " + remembered.get(0));
            return remembered.get(0);
        }
        if (remembered.size() > 1) {
            notes.add("its children remember different CIDs " + remembered + ": relink them");
        }
        return ContentId.random(ContentId.bits());
    }

    private Optional<ContentId> rememberedBy(Path entry) throws IOException {
        if (!String.valueOf(entry.getFileName()).endsWith(".vmdk") || entry.equals(disk.toAbsolutePath())) {
            return Optional.empty();
        }
        try {
            Descriptor child = DiskChain.of(entry, options.withParents(OpenOptions.Parents.NONE))
                    .top()
                    .descriptor();
            Optional<String> hint = child.parentHint();
            if (!child.hasParent() || hint.isEmpty()) {
                return Optional.empty();
            }
            Path own = disk.toAbsolutePath().normalize();
            boolean names = ParentHints.candidates(entry, hint.get()).stream()
                    .anyMatch(place -> place.toAbsolutePath().normalize().equals(own));
            return names ? Optional.of(child.parentCid()) : Optional.empty();
        } catch (VmdiskException e) {
            // An extent, or another broken disk: it remembers nothing.
            return Optional.empty();
        }
    }

    private Repair plan(Descriptor descriptor) throws IOException {
        PlanBuilder draft = new PlanBuilder();
        KeptPart part = KeptPart.made(disk);
        if (volume.exists(disk)) {
            Path kept = Originals.nameFor(volume, disk);
            part = KeptPart.whole(disk, kept);
            draft.prepare(CopyFile.of(disk, kept, volume));
        }
        Content after = Content.of(descriptor.toBytes());
        draft.publish(disk, after);
        draft.notes(notes);
        return new PlannedRepair(
                draft.plan("rebuild " + disk, AtomicName.folderOf(disk)),
                List.of(new PlannedPart(part, after)),
                List.of(),
                volume);
    }
}
