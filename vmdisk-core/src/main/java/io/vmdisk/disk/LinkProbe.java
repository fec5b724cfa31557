package io.vmdisk.disk;

import io.vmdisk.MalformedFileException;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.VmdiskException;
import io.vmdisk.descriptor.CreateType;
import io.vmdisk.descriptor.Descriptor;
import io.vmdisk.descriptor.DescriptorBuilder;
import io.vmdisk.descriptor.ExtentLine;
import io.vmdisk.descriptor.ExtentType;
import io.vmdisk.descriptor.files.DiskNames;
import io.vmdisk.descriptor.files.ExtentPaths;
import io.vmdisk.descriptor.files.ParentHints;
import io.vmdisk.extent.EmbeddedDescriptor;
import io.vmdisk.extent.SparseFormat;
import io.vmdisk.format.ContainerKind;
import io.vmdisk.format.Formats;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.LinkBounds;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.look.ExtentFiles;
import io.vmdisk.storage.look.FileKind;
import io.vmdisk.storage.look.FileStart;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds out what a file is and reads its descriptor; opens no extents. For one thread. */
final class LinkProbe {
    /** Texts of up to 1 MiB are descriptors; a larger area inside a file is cut there. */
    private static final int MAX_DESCRIPTOR_BYTES = 1 << 20;

    private static final int SECTOR = ExtentPlace.SECTOR;

    private final OpenOptions options;
    /** One for all files of a folder, of which there may be many. */
    private final ByteBuffer start = ByteBuffer.allocate(FileStart.BYTES);

    /** What was read, by its name; null where each time counts. */
    private final @Nullable Map<Path, DiskLink> known;

    LinkProbe(OpenOptions options) {
        this(options, null);
    }

    private LinkProbe(OpenOptions options, @Nullable Map<Path, DiskLink> known) {
        this.options = options;
        this.known = known;
    }

    /** One that reads each file once. What can't be read is tried each time. */
    static LinkProbe remembering(OpenOptions options) {
        return new LinkProbe(options, new HashMap<>());
    }

    /** What a descriptor, monolithic file or bare extent is made of. */
    DiskLink probe(Path path) throws IOException {
        DiskLink link = known == null ? null : known.get(path);
        if (link == null) {
            link = read(path);
            if (known != null) {
                known.put(path, link);
            }
        }
        return link;
    }

    private DiskLink read(Path path) throws IOException {
        try (BlockFile file = options.volume().open(path, OpenMode.READ)) {
            Optional<SparseFormat> format = Formats.of(FileStart.read(file, start));
            if (format.isPresent()) {
                return sparse(file, format.get());
            }
            if (ContainerKind.of(start) == ContainerKind.CHANGE_TRACKING) {
                throw new UnsupportedFeatureException(
                        "change-tracking",
                        path,
                        "this is a change tracking file, not a disk",
                        "name the disk it belongs to");
            }
            return text(file);
        }
    }

    /** A raw file as a disk. */
    DiskLink raw(Path path) throws IOException {
        try (BlockFile file = options.volume().open(path, OpenMode.READ)) {
            long sectors = file.size() / SECTOR + (file.size() % SECTOR == 0 ? 0 : 1);
            return made(file, CreateType.MONOLITHIC_FLAT, ExtentType.FLAT, sectors * SECTOR);
        }
    }

    private DiskLink sparse(BlockFile file, SparseFormat format) throws IOException {
        try {
            return whole(file, format);
        } catch (IOException e) {
            if (!options.isForSalvage() || !isDamage(e)) {
                throw e;
            }
            return damaged(file, format);
        }
    }

    /** What a format does not support is no damage. */
    private static boolean isDamage(IOException failure) {
        return Losses.isDamage(failure)
                && (failure instanceof MalformedFileException || !(failure instanceof VmdiskException));
    }

    /** Without its descriptor, or the footer of a stream, it is still as large as its header says. */
    private DiskLink damaged(BlockFile file, SparseFormat format) throws IOException {
        try {
            Optional<EmbeddedDescriptor> embedded = format.damagedDescriptor(file, MAX_DESCRIPTOR_BYTES);
            if (embedded.isPresent()) {
                return carrier(file, embedded.get());
            }
        } catch (IOException e) {
            // The text is damaged too, or on sectors that can't be read.
        }
        long capacity = format.damagedCapacityBytes(file);
        return bare(file, CreateType.of(format.bareCreateType()), ExtentType.of(format.extentWord()), capacity);
    }

    private DiskLink whole(BlockFile file, SparseFormat format) throws IOException {
        Optional<EmbeddedDescriptor> embedded = format.embeddedDescriptor(file, MAX_DESCRIPTOR_BYTES);
        if (embedded.isEmpty()) {
            return bare(
                    file,
                    CreateType.of(format.bareCreateType()),
                    ExtentType.of(format.extentWord()),
                    format.capacityBytes(file));
        }
        return carrier(file, embedded.get());
    }

    private DiskLink carrier(BlockFile file, EmbeddedDescriptor text) throws IOException {
        Path path = file.path();
        Descriptor descriptor = Descriptor.parse(text.area(), path, text.offset());
        DescriptorPlace place = new DescriptorPlace.Embedded(text.offset(), text.area().length);
        boolean carrier = text.capacityBytes() == 0;
        return link(file, descriptor, place, carrier ? null : path);
    }

    private DiskLink text(BlockFile file) throws IOException {
        Path path = file.path();
        if (!Descriptor.looksLike(start)) {
            FileKind kind = FileKind.of(String.valueOf(path.getFileName()), start);
            if (kind.wayOn(path).isPresent() && kind != FileKind.DISK) {
                throw kind.insteadOf("a disk", path);
            }
            throw new UnsupportedFeatureException(
                    "not-a-disk",
                    path,
                    "this is neither a VMDK descriptor nor a sparse extent",
                    "name the descriptor of the disk, or raw:" + path.getFileName() + " for a flat or raw image");
        }
        byte[] text = options.volume().readAll(path, MAX_DESCRIPTOR_BYTES);
        return link(file, Descriptor.parse(text, path), new DescriptorPlace.Separate(), null);
    }

    /** @param self the file that is the first sparse extent, whatever name the descriptor has for it */
    private DiskLink link(BlockFile file, Descriptor descriptor, DescriptorPlace place, @Nullable Path self)
            throws IOException {
        List<ExtentPlace> extents = new ArrayList<>();
        // Made when a file is named that is not this one: following links takes longer than reading a descriptor.
        LinkBounds bounds = null;
        long at = 0;
        Path own = self;
        for (ExtentLine line : descriptor.extents()) {
            boolean isOwn = own != null && line.type() == ExtentType.SPARSE;
            if (isOwn) {
                extents.add(new ExtentPlace(at, line, own));
                own = null;
            } else {
                bounds = bounds == null ? LinkBounds.ofFile(options.volume(), file.path()) : bounds;
                extents.add(new ExtentPlace(at, line, fileOf(file.path(), line, bounds)));
            }
            at = Math.addExact(at, line.sectors() * SECTOR);
        }
        if (at == 0 && !(descriptor.isOfEmptyDisk() && self == null)) {
            throw new MalformedFileException(
                    "no-extents",
                    file.path(),
                    -1,
                    "the descriptor names no extents, so the disk has no capacity",
                    Remedy.say("rebuild it with ").with(Kind.REPAIR_DESCRIPTOR));
        }
        return new DiskLink(file.path(), descriptor, place, extents, modified(file));
    }

    /** Null for what is not a file here; whoever opens the extent says why. */
    private @Nullable Path fileOf(Path descriptor, ExtentLine line, LinkBounds bounds) throws IOException {
        if (line.fileName() == null || line.isUri() || line.isDevice()) {
            return null;
        }
        try {
            Path file = ExtentPaths.resolve(descriptor, line.fileName(), allowances());
            requireWithin(bounds, file);
            return file;
        } catch (VmdiskException e) {
            return null;
        }
    }

    /** What a name may not say, {@code ../}, links may not do either. */
    void requireWithin(LinkBounds bounds, Path file) throws IOException {
        if (!options.allows(OpenOptions.Permission.EXTENTS_OUTSIDE_FOLDER)) {
            bounds.require(ExtentFiles.existing(options.volume(), file));
        }
    }

    Set<ExtentPaths.Allowance> allowances() {
        return options.allows(OpenOptions.Permission.EXTENTS_OUTSIDE_FOLDER)
                ? Set.of(ExtentPaths.Allowance.OUTSIDE_FOLDER)
                : Set.of();
    }

    private DiskLink bare(BlockFile file, CreateType type, ExtentType extentType, long capacity) throws IOException {
        if (capacity < SECTOR) {
            throw new MalformedFileException("capacity", file.path(), -1, "the extent has a capacity of 0");
        }
        return made(file, type, extentType, capacity);
    }

    private DiskLink made(BlockFile file, CreateType type, ExtentType extentType, long capacity) throws IOException {
        Path path = file.path();
        String name = String.valueOf(path.getFileName()).replace('"', '_');
        ExtentLine line = ExtentLine.of(capacity / SECTOR, extentType, name);
        DescriptorBuilder form = DescriptorBuilder.of(type).extent(line);
        Optional<DiskLink> below = belowRedoLog(path);
        if (below.isPresent()) {
            form.parent(
                    below.get().contentId(),
                    ParentHints.hintFor(path, below.get().path()));
        }
        Descriptor made = form.build(path);
        return new DiskLink(
                path, made, new DescriptorPlace.Missing(), List.of(new ExtentPlace(0, line, path)), modified(file));
    }

    /** ESX 2 made redo logs without a descriptor: their names tell which disk they lie on. */
    private Optional<DiskLink> belowRedoLog(Path path) throws IOException {
        Optional<Path> disk = DiskNames.redoLogOf(String.valueOf(path.getFileName()))
                .map(path::resolveSibling)
                .filter(options.volume()::exists);
        if (disk.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new LinkProbe(options).probe(disk.get()));
        } catch (VmdiskException e) {
            // Then it is read for itself.
            return Optional.empty();
        }
    }

    private java.time.Instant modified(BlockFile file) throws IOException {
        return options.volume().facts(file.path()).modified();
    }
}
