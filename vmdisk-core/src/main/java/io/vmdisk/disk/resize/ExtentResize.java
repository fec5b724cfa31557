package io.vmdisk.disk.resize;

import io.vmdisk.LimitExceededException;
import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.descriptor.Access;
import io.vmdisk.descriptor.ExtentLine;
import io.vmdisk.descriptor.ExtentType;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.ExtentOpener;
import io.vmdisk.disk.ExtentPlace;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.extent.Closers;
import io.vmdisk.extent.DescriptorArea;
import io.vmdisk.extent.Extent;
import io.vmdisk.extent.LinkRole;
import io.vmdisk.extent.NewExtent;
import io.vmdisk.extent.SparseFormat;
import io.vmdisk.extent.TableCache;
import io.vmdisk.extent.flat.FlatFormat;
import io.vmdisk.format.Formats;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Makes the files of extents longer or shorter; the descriptor is another's job.
 *
 * <p>Each change leaves a file that the old descriptor still fits, and can be made again after a crash.
 */
final class ExtentResize {
    private static final int SECTOR = ExtentPlace.SECTOR;

    private final OpenOptions options;
    private final Volume volume;
    private final Progress progress;
    private final ExtentOpener opener;

    ExtentResize(OpenOptions options, Progress progress) {
        this.options = options;
        this.volume = options.volume();
        this.progress = progress;
        this.opener = new ExtentOpener(options);
    }

    /** Makes an extent as large as {@code wanted} says. */
    void grow(DiskLink link, ExtentPlace place, ExtentLine wanted) throws IOException {
        ExtentLine line = place.line();
        if (line.type() == ExtentType.ZERO) {
            return;
        }
        SparseFormat full;
        Path path;
        try (BlockFile file = open(link, place)) {
            path = file.path();
            if (line.type().isPlain()) {
                growFlat(file, line, wanted, provisioning(link, line));
                return;
            }
            full = growSparse(file, wanted.sectors() * SECTOR).orElse(null);
        }
        if (full != null) {
            LinkRole role = LinkRole.of(link.descriptor().hasParent());
            NewExtent larger =
                    new NewExtent(wanted.sectors() * SECTOR, full.grainBytes(0), role, DescriptorArea.SEPARATE);
            new LargerTwin(volume, progress).replace(path, full, larger);
        }
    }

    /** Refuses a sparse file that was cut: what it grows by would take the place of what it lost. */
    void requireWhole(DiskLink link, ExtentPlace place) throws IOException {
        if (place.line().type().isPlain() || place.path() == null) {
            return;
        }
        try (BlockFile file = open(link, place);
                Extent extent = Formats.require(file)
                        .open(new BorrowedFile(file), new TableCache(options.tableBudgetBytes()))) {
            extent.requireWhole();
        }
    }

    private BlockFile open(DiskLink link, ExtentPlace place) throws IOException {
        ExtentLine line = place.line();
        boolean ours = switch (line.type()) {
            case FLAT, VMFS, SPARSE, VMFSSPARSE, SESPARSE -> !line.isDevice() && line.access() == Access.RW;
            default -> false;
        };
        if (!ours) {
            throw new UnsupportedFeatureException(
                    "resize",
                    link.path(),
                    "the size of its extent " + line.file().orElse("without a name") + " (" + line.access() + ' '
                            + line.typeWord() + ") can't be changed",
                    "convert the disk first");
        }
        return opener.file(link, place, OpenMode.WRITE);
    }

    private static FlatFormat.Provisioning provisioning(DiskLink link, ExtentLine line) {
        boolean thick = line.type() == ExtentType.VMFS && !link.descriptor().isThin();
        return thick ? FlatFormat.Provisioning.THICK : FlatFormat.Provisioning.THIN;
    }

    private void growFlat(BlockFile file, ExtentLine present, ExtentLine wanted, FlatFormat.Provisioning provisioning)
            throws IOException {
        long end = (present.startSector() + present.sectors()) * SECTOR;
        long newEnd = (wanted.startSector() + wanted.sectors()) * SECTOR;
        if (file.size() < end) {
            throw new UnsafeStateException(
                    "truncated",
                    file.path(),
                    "the file ends after " + file.size() + " bytes, the disk needs " + end,
                    "its missing end must be restored before the disk can grow");
        }
        requireZeros(file, end, newEnd);
        if (file.size() < newEnd) {
            FlatFormat.extend(file, end, newEnd, provisioning, progress);
        }
        file.force();
    }

    /** A file may be longer than its extent, as after a resize that was cut off; only zeros may come to light. */
    private static void requireZeros(BlockFile file, long from, long to) throws IOException {
        long present = Math.min(file.size(), to) - from;
        if (present <= 0) {
            return;
        }
        try (Extent behind = FlatFormat.open(new BorrowedFile(file), from, present)) {
            OptionalLong other = Zeros.firstOther(behind);
            if (other.isPresent()) {
                throw new UnsafeStateException(
                        "damaged",
                        file.path(),
                        "the file has data at " + (from + other.getAsLong())
                                + ", behind the end of the disk, which would become visible",
                        "convert the disk to a larger one");
            }
        }
    }

    /** Grows a file in place, or says which format it must be written anew in, as its tables have no room. */
    private static Optional<SparseFormat> growSparse(BlockFile file, long bytes) throws IOException {
        SparseFormat format = Formats.require(file);
        if (!format.hasTablesFor(file, bytes)) {
            return Optional.of(format);
        }
        format.grow(file, bytes);
        return Optional.empty();
    }

    /** Makes a new part of a disk in parts, like {@code last}; one that an earlier, cut-off try made is kept. */
    void add(DiskLink link, ExtentPlace last, ExtentLine line) throws IOException {
        Path path = link.path().resolveSibling(line.file().orElseThrow());
        if (volume.exists(path)) {
            requireFresh(path, line);
            return;
        }
        Path fresh = AtomicName.beside(path);
        if (volume.exists(fresh)) {
            volume.delete(fresh);
        }
        try {
            try (BlockFile file = volume.createLike(fresh, opener.fileOf(link, last))) {
                if (line.type() == ExtentType.FLAT) {
                    file.setSize(line.sectors() * SECTOR);
                } else {
                    createLike(link, last, file, line.sectors() * SECTOR);
                }
                file.force();
            }
            volume.rename(fresh, path);
        } catch (IOException | RuntimeException e) {
            Closers.closeAfter(e, List.of(() -> volume.clear(fresh)));
            throw e;
        }
    }

    /** A sparse part has the format and grain of the last one. */
    private void createLike(DiskLink link, ExtentPlace last, BlockFile part, long bytes) throws IOException {
        SparseFormat format;
        int grainBytes;
        try (BlockFile file = opener.file(link, last, OpenMode.READ)) {
            format = Formats.require(file);
            try (Extent extent = format.open(new BorrowedFile(file), new TableCache(options.tableBudgetBytes()))) {
                grainBytes = extent.grainBytes();
            }
        }
        LinkRole role = LinkRole.of(link.descriptor().hasParent());
        format.create(part, new NewExtent(bytes, grainBytes, role, DescriptorArea.SEPARATE));
    }

    private void requireFresh(Path path, ExtentLine line) throws IOException {
        try (BlockFile file = volume.open(path, OpenMode.READ)) {
            boolean flat = line.type() == ExtentType.FLAT;
            Optional<SparseFormat> format = flat ? Optional.empty() : Formats.of(file);
            if (flat ? file.size() == line.sectors() * SECTOR : format.isPresent()) {
                BlockFile kept = new BorrowedFile(file);
                Extent extent = format.isPresent()
                        ? format.get().open(kept, new TableCache(options.tableBudgetBytes()))
                        : FlatFormat.open(kept, 0, line.sectors() * SECTOR);
                if (extent.capacity() == line.sectors() * SECTOR
                        && Zeros.firstOther(extent).isEmpty()) {
                    return;
                }
            }
        }
        throw new UnsafeStateException(
                "exists", path, "the file exists, the disk needs the name for its next part", "move the file away");
    }

    /** Cuts an extent that holds nothing behind its new end. */
    void shrink(DiskLink link, ExtentPlace place, ExtentLine wanted) throws IOException {
        if (place.line().type() == ExtentType.ZERO) {
            return;
        }
        try (BlockFile file = open(link, place)) {
            if (kindIsFlat(place.line())) {
                long end = (place.line().startSector() + place.line().sectors()) * SECTOR;
                if (file.size() == end) {
                    file.setSize((wanted.startSector() + wanted.sectors()) * SECTOR);
                    file.force();
                }
            } else {
                Formats.require(file).shrink(file, wanted.sectors() * SECTOR);
            }
        }
    }

    /** Cuts what a file has behind its extent, which holds nothing there. */
    void trim(DiskLink link, ExtentPlace place) throws IOException {
        if (place.line().type() == ExtentType.ZERO || place.line().sectors() == 0) {
            return;
        }
        try (BlockFile file = open(link, place)) {
            if (kindIsFlat(place.line())) {
                long end = (place.line().startSector() + place.line().sectors()) * SECTOR;
                if (file.size() > end) {
                    requireZeros(file, end, file.size());
                    file.setSize(end);
                    file.force();
                }
            } else {
                SparseFormat format = Formats.require(file);
                if (format.capacityBytes(file) > place.line().sectors() * SECTOR) {
                    format.shrink(file, place.line().sectors() * SECTOR);
                }
            }
        }
    }

    /** Refuses what can't become smaller. */
    void requireShrinkable(DiskLink link, ExtentPlace place) throws IOException {
        if (place.line().type() == ExtentType.ZERO || place.line().sectors() == 0) {
            return;
        }
        try (BlockFile file = open(link, place)) {
            if (!kindIsFlat(place.line()) && !Formats.require(file).canShrink()) {
                throw new LimitExceededException(
                        "shrink",
                        link.path(),
                        "disks of type " + link.descriptor().createTypeName() + " can't become smaller in place",
                        "convert the disk to a hosted sparse or flat one first");
            }
        }
    }

    private static boolean kindIsFlat(ExtentLine line) {
        return line.type() == ExtentType.FLAT || line.type() == ExtentType.VMFS;
    }
}
