package io.vmdisk.disk.resize;

import io.vmdisk.Progress;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.descriptor.Descriptor;
import io.vmdisk.descriptor.ExtentLine;
import io.vmdisk.descriptor.Geometry;
import io.vmdisk.disk.DescriptorPlace;
import io.vmdisk.disk.DescriptorStore;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.DiskUse;
import io.vmdisk.disk.ExtentPlace;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.CapacityLimits;
import io.vmdisk.disk.make.DiskParts;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Changes the size of a disk.
 *
 * <p>Growing first makes the files larger, which the old descriptor still fits, then puts the new descriptor in place;
 * shrinking goes the other way. A crash leaves the old size or the new, and doing it again finishes it. Of the geometry
 * only the cylinders follow, so that a guest that boots by them still does. A link of a chain is refused, from both
 * sides: its size is its parent's and its children's.
 */
public final class DiskResize {
    private static final int SECTOR = ExtentPlace.SECTOR;

    private final OpenOptions options;
    private final Progress progress;

    /**
     * A resizer.
     *
     * @param options permissions; {@link OpenOptions.Permission#WRITE_SHARED} lets a link of a chain grow
     */
    public DiskResize(OpenOptions options, Progress progress) {
        this.options = options.withAccess(OpenOptions.Access.WRITE);
        this.progress = progress;
    }

    /** Makes a disk larger with all checks; see {@link #grow(Path, long)}. */
    public static void growDisk(Path disk, long capacity) throws IOException {
        new DiskResize(OpenOptions.writable(), Progress.NONE).grow(disk, capacity);
    }

    /**
     * Makes a disk larger; the new part reads as zeros.
     *
     * @param capacity bytes; rounded up to a whole sector
     * @throws UnsafeStateException if it is smaller than now
     * @throws io.vmdisk.LimitExceededException if the format has no room for it
     */
    public void grow(Path disk, long capacity) throws IOException {
        long sectors = DiskParts.sectors(capacity);
        holding(guard(link(disk)), () -> {
            DiskLink link = link(disk);
            if (sectors < link.descriptor().capacitySectors()) {
                throw smaller(disk, link.capacity(), sectors * SECTOR);
            }
            if (sectors > link.descriptor().capacitySectors()) {
                for (ExtentPlace place : link.extents()) {
                    CapacityLimits.requireGrowth(place.line().type(), capacity, disk);
                }
                growFiles(link, ResizedParts.grown(link, sectors));
            }
        });
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    private static void holding(Closeable guard, Work work) throws IOException {
        try (guard) {
            work.run();
        }
    }

    private static UnsafeStateException smaller(Path disk, long present, long wanted) {
        return new UnsafeStateException(
                "shrink",
                disk,
                "the disk has " + present + " bytes, " + wanted + " are fewer",
                Remedy.say("say ").with(Kind.SHRINK).and(" if what lies behind is unused"));
    }

    private void growFiles(DiskLink link, List<ExtentLine> wanted) throws IOException {
        ExtentResize files = new ExtentResize(options, progress);
        List<ExtentPlace> present = link.extents();
        for (int i = 0; i < present.size(); i++) {
            if (wanted.get(i).sectors() > present.get(i).line().sectors()) {
                files.requireWhole(link, present.get(i));
            }
        }
        ExtentPlace last = present.get(0);
        for (int i = 0; i < present.size(); i++) {
            if (present.get(i).line().sectors() > 0) {
                last = present.get(i);
            }
            if (wanted.get(i).sectors() > present.get(i).line().sectors()) {
                files.grow(link, present.get(i), wanted.get(i));
            }
        }
        for (ExtentLine line : wanted.subList(present.size(), wanted.size())) {
            files.add(link, last, line);
        }
        if (wanted.size() > present.size()) {
            options.volume().forceNames(AtomicName.folderOf(link.path()));
        }
        DescriptorStore.replace(options.volume(), link, resized(link.descriptor(), wanted));
    }

    /**
     * Makes a disk smaller where what lies behind the new end reads as zeros.
     *
     * @param capacity bytes; rounded up to a whole sector, at least one
     * @throws UnsafeStateException if there is data behind the new end
     */
    public void shrink(Path disk, long capacity) throws IOException {
        long sectors = Math.max(1, DiskParts.sectors(capacity));
        DiskLink link = link(disk);
        if (sectors >= link.descriptor().capacitySectors()) {
            grow(disk, capacity);
            return;
        }
        ExtentResize files = new ExtentResize(options, progress);
        for (ExtentPlace place : link.extents()) {
            files.requireShrinkable(link, place);
        }
        requireAlone(link);
        DiskUse.refuseShared(link, options);
        holding(guard(link), () -> {
            releaseTail(disk, sectors * SECTOR);
            DiskLink released = link(disk);
            List<ExtentLine> wanted = ResizedParts.shrunk(released, sectors);
            DescriptorStore.replace(options.volume(), released, resized(released.descriptor(), wanted));
            cut(files, released, wanted);
        });
    }

    /**
     * Makes a disk smaller, also where that was cut off when the descriptor had its new size already.
     *
     * @param capacity bytes, as {@link #shrink} was told; there was nothing behind it then
     */
    public void finishShrink(Path disk, long capacity) throws IOException {
        long sectors = Math.max(1, DiskParts.sectors(capacity));
        if (link(disk).descriptor().capacitySectors() > sectors) {
            shrink(disk, capacity);
            return;
        }
        ExtentResize files = new ExtentResize(options, progress);
        holding(guard(link(disk)), () -> {
            DiskLink link = link(disk);
            for (ExtentPlace place : link.extents()) {
                files.trim(link, place);
            }
            options.volume().forceNames(AtomicName.folderOf(link.path()));
        });
    }

    /** The files that a disk has no more when it is that small. */
    public List<Path> filesBehind(Path disk, long capacity) throws IOException {
        DiskLink link = link(disk);
        int kept = ResizedParts.shrunk(link, Math.max(1, DiskParts.sectors(capacity)))
                .size();
        return link.extents().stream()
                .skip(kept)
                .flatMap(place -> place.file().stream())
                .toList();
    }

    private void releaseTail(Path disk, long end) throws IOException {
        OpenOptions quiet = options.withPermission(OpenOptions.Permission.KEEP_CONTENT_ID)
                .withPermission(OpenOptions.Permission.UNDER_LOCK);
        try (VirtualDisk opened = VirtualDisk.open(disk, quiet)) {
            long tail = opened.capacity() - end;
            requireZeros(disk, Zeros.firstOther(opened, end, tail));
            opened.unmap(end, tail);
        }
    }

    private static void requireZeros(Path disk, OptionalLong other) throws UnsafeStateException {
        if (other.isPresent()) {
            throw new UnsafeStateException(
                    "shrink",
                    disk,
                    "the disk holds data at " + other.getAsLong() + ", behind its new end",
                    "choose a larger size, or make the guest free the end of the disk first");
        }
    }

    private void cut(ExtentResize files, DiskLink link, List<ExtentLine> wanted) throws IOException {
        List<ExtentPlace> present = link.extents();
        for (int i = 0; i < present.size(); i++) {
            if (i >= wanted.size()) {
                Optional<Path> file = present.get(i).file();
                if (file.isPresent() && options.volume().exists(file.get())) {
                    options.volume().delete(file.get());
                }
            } else if (wanted.get(i).sectors() < present.get(i).line().sectors()) {
                files.shrink(link, present.get(i), wanted.get(i));
            }
        }
        options.volume().forceNames(AtomicName.folderOf(link.path()));
    }

    /** Makes a raw image larger; the new part is a hole. */
    public void growRaw(Path image, long capacity) throws IOException {
        resizeRaw(image, capacity, Direction.GROW);
    }

    /** Makes a raw image smaller where what lies behind the new end reads as zeros. */
    public void shrinkRaw(Path image, long capacity) throws IOException {
        resizeRaw(image, capacity, Direction.SHRINK);
    }

    private enum Direction {
        GROW,
        SHRINK
    }

    private void resizeRaw(Path image, long capacity, Direction direction) throws IOException {
        DiskChain chain = DiskChain.ofRaw(image, options);
        long wanted = Math.max(1, DiskParts.sectors(capacity)) * SECTOR;
        long present = chain.top().capacity();
        if (wanted < present && direction == Direction.GROW) {
            throw smaller(image, present, wanted);
        }
        holding(DiskUse.take(chain, options), () -> {
            if (wanted < present) {
                try (VirtualDisk opened = VirtualDisk.openRaw(image, options.withAccess(OpenOptions.Access.READ))) {
                    requireZeros(image, Zeros.firstOther(opened, wanted, present - wanted));
                }
            }
            try (BlockFile file = options.volume().open(image, OpenMode.WRITE)) {
                file.setSize(wanted);
                file.force();
            }
        });
    }

    private DiskLink link(Path disk) throws IOException {
        DiskLink link = DiskChain.of(disk, options.withParents(OpenOptions.Parents.NONE))
                .top();
        if (link.place() instanceof DescriptorPlace.Missing) {
            throw new UnsupportedFeatureException(
                    "bare-extent",
                    disk,
                    "this is an extent without its descriptor, which must follow the size",
                    "name the descriptor of the disk");
        }
        if (link.descriptor().encryption().isPresent()) {
            throw new UnsupportedFeatureException("encrypted", disk, "the disk is encrypted");
        }
        return link;
    }

    private Closeable guard(DiskLink link) throws IOException {
        requireAlone(link);
        Set<Path> files = new HashSet<>();
        for (ExtentPlace place : link.extents()) {
            if (place.file().isPresent() && !files.add(place.file().get())) {
                throw new UnsupportedFeatureException(
                        "resize", link.path(), "several of its extents lie in one file", "convert the disk first");
            }
        }
        return DiskUse.take(new DiskChain(List.of(link), null), options);
    }

    private void requireAlone(DiskLink link) throws UnsafeStateException {
        if (link.descriptor().hasParent() && !options.allows(OpenOptions.Permission.WRITE_SHARED)) {
            throw new UnsafeStateException(
                    "has-parent",
                    link.path(),
                    "the disk is a link on top of "
                            + link.descriptor().parentHint().orElse("another disk")
                            + "; links of a chain keep their size",
                    "consolidate the snapshots first, or convert the disk to one without parent");
        }
    }

    private static Descriptor resized(Descriptor descriptor, List<ExtentLine> lines) throws IOException {
        Descriptor changed = descriptor.withExtents(lines);
        Optional<Geometry> geometry = descriptor.geometry().filter(Geometry::isUsable);
        if (geometry.isPresent()) {
            changed = changed.withGeometry(geometry.get().resized(changed.capacitySectors()));
        }
        return changed.changeTrackPath().isPresent() ? changed.withoutChangeTracking() : changed;
    }
}
