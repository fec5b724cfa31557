package io.vmdisk.disk.make;

import io.vmdisk.BrokenChainException;
import io.vmdisk.LimitExceededException;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.descriptor.Descriptor;
import io.vmdisk.descriptor.ExtentLine;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.ExtentPlace;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.extent.SparseFormat;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A disk that is to be made: what it will consist of, looked at without touching a file.
 *
 * <p>All limits of its format, its names and its parent are checked, in the name of the target; so a rehearsal refuses
 * what the work would, and whatever fails later is the fault of a drive.
 *
 * @param target where the disk (its descriptor, or the raw file) will be
 * @param spec what it shall be
 * @param extents the extents it will have
 * @param descriptor its text; empty for a raw disk
 * @param emptyBytes what it takes before anything is written to it
 */
record NewDisk(
        Path target, CreateSpec spec, List<ExtentLine> extents, Optional<Descriptor> descriptor, long emptyBytes) {
    /**
     * Looks at everything that can be known.
     *
     * @throws UnsafeStateException if one of its names is taken, or an interrupted run left it all but complete
     */
    static NewDisk of(Path target, CreateSpec spec, Volume volume) throws IOException {
        requirePossible(target, spec);
        List<ExtentLine> extents = DiskParts.of(spec, target);
        long bytes = 0;
        for (ExtentLine line : extents) {
            bytes = Math.addExact(
                    bytes,
                    writtenBytes(spec, line, target.resolveSibling(line.file().orElseThrow())));
        }
        StagingFolder.refuseComplete(volume, target);
        for (Path path : DiskParts.files(spec, target)) {
            if (volume.taken(path)) {
                throw new UnsafeStateException(
                        "exists",
                        path,
                        volume.exists(path) ? "the file exists" : "the name is that of a link to nowhere",
                        "choose another name, or remove the old disk first");
            }
        }
        if (spec.format() == DiskFormat.RAW) {
            return new NewDisk(target, spec, extents, Optional.empty(), bytes);
        }
        Descriptor text = new DescriptorForm(spec, target, parent(spec, volume)).write(extents);
        int textBytes = text.toBytes().length;
        if (new SpecExtents(spec).descriptorArea().isPresent()) {
            // Inside the extent, where it is counted already, and must fit.
            int area =
                    Math.toIntExact(new SpecExtents(spec).descriptorArea().get().length());
            textBytes = text.toEmbedded(area).length - area;
        }
        return new NewDisk(target, spec, extents, Optional.of(text), Math.addExact(bytes, textBytes));
    }

    /** What it takes while it is empty, and what is free. */
    DiskRoom room(Volume volume, Reserve reserve) throws IOException {
        boolean later = spec.format().isThick() && reserve == Reserve.LAST;
        long bytes = later ? emptyBytes - extentBytes() : emptyBytes;
        return DiskRoom.of(target, spec.format(), bytes, volume);
    }

    private long extentBytes() {
        return extents.stream().mapToLong(ExtentLine::sectors).sum() * ExtentPlace.SECTOR;
    }

    private static void requirePossible(Path target, CreateSpec spec) throws IOException {
        if (spec.capacity() > Long.MAX_VALUE - ExtentPlace.SECTOR) {
            throw new LimitExceededException(
                    "capacity", target, spec.capacity() + " bytes are more than any file can have");
        }
        if (spec.format() == DiskFormat.STREAM_OPTIMIZED) {
            StreamDescriptor.requireStream(spec, target);
            return;
        }
        if (spec.capacity() == 0 && (spec.format().startsOnEsxi() || spec.parent() != null)) {
            throw new LimitExceededException(
                    "capacity",
                    target,
                    "a disk of 0 bytes: deltas and the disks of hosts have at least a sector",
                    "give it a size, or choose monolithicSparse, monolithicFlat or raw, in which qemu-img makes it too");
        }
        if (spec.parent() != null && !spec.format().canBeDelta()) {
            throw new UnsupportedFeatureException(
                    "delta-format",
                    target,
                    "a disk of format " + spec.format().word() + " can't have a parent",
                    "use monolithicSparse, twoGbMaxExtentSparse, vmfsSparse or seSparse");
        }
        if (spec.unitBytes() % ExtentPlace.SECTOR != 0) {
            throw new LimitExceededException(
                    "grain-size",
                    target,
                    "a grain of " + spec.unitBytes() + " bytes is no multiple of " + ExtentPlace.SECTOR,
                    "65536 (64 KiB) is what VMware uses");
        }
    }

    /** What making an extent writes or reserves; refuses what its format can't have. */
    private static long writtenBytes(CreateSpec spec, ExtentLine line, Path file) throws LimitExceededException {
        long bytes = Math.multiplyExact(line.sectors(), (long) ExtentPlace.SECTOR);
        Optional<SparseFormat> sparse = new SpecExtents(spec).sparseFormat();
        if (sparse.isPresent()) {
            return sparse.get().writtenBytes(new SpecExtents(spec).extent(bytes), file);
        }
        return spec.format().isThick() ? bytes : 0;
    }

    private static @Nullable DiskLink parent(CreateSpec spec, Volume volume) throws IOException {
        Path path = spec.parent();
        if (path == null) {
            return null;
        }
        DiskLink parent =
                DiskChain.of(path, OpenOptions.readOnly().withVolume(volume)).top();
        if (parent.contentId().isNone()) {
            throw new BrokenChainException(
                    "no-content-id",
                    path,
                    "it has no content ID, so no disk can be made on top of it",
                    "convert it to a disk with a descriptor first");
        }
        return parent;
    }
}
