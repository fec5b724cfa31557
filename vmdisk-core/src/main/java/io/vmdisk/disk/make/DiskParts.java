package io.vmdisk.disk.make;

import io.vmdisk.LimitExceededException;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.Sector;
import io.vmdisk.descriptor.Access;
import io.vmdisk.descriptor.ExtentLine;
import io.vmdisk.descriptor.ExtentType;
import io.vmdisk.descriptor.files.DiskNames;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.ExtentPlace;
import io.vmdisk.extent.SparseFormat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/** Names and sizes of the extents that a new disk has; touches no file. */
public final class DiskParts {
    /** 2047 MiB: with its tables a full part stays below 2 GiB, the limit of old file systems. */
    public static final long SPLIT_SECTORS = 4_192_256;

    public static final int MAX_PARTS = 9999;

    private DiskParts() {}

    /** The extent lines of a disk that will be called {@code descriptor}. */
    static List<ExtentLine> of(CreateSpec spec, Path descriptor) throws LimitExceededException {
        CapacityLimits.require(spec, descriptor);
        String own = String.valueOf(descriptor.getFileName());
        String stem = DiskNames.stem(own);
        long sectors = sectors(spec.capacity());
        return switch (spec.format()) {
            case MONOLITHIC_SPARSE -> List.of(ExtentLine.of(sectors, ExtentType.SPARSE, own));
            case STREAM_OPTIMIZED ->
                List.of(ExtentLine.of(sectors, ExtentType.SPARSE, own).withAccess(Access.RDONLY));
            case MONOLITHIC_FLAT -> List.of(ExtentLine.flat(sectors, DiskNames.flat(stem), 0));
            case TWO_GB_SPARSE -> split(spec, descriptor, ExtentType.SPARSE, n -> DiskNames.sparsePart(stem, n));
            case TWO_GB_FLAT -> split(spec, descriptor, ExtentType.FLAT, n -> DiskNames.flatPart(stem, n));
            case VMFS, VMFS_EAGER, VMFS_THIN -> List.of(ExtentLine.of(sectors, ExtentType.VMFS, DiskNames.flat(stem)));
            case VMFS_SPARSE -> List.of(ExtentLine.of(sectors, ExtentType.VMFSSPARSE, DiskNames.delta(stem)));
            case SE_SPARSE -> List.of(ExtentLine.of(sectors, ExtentType.SESPARSE, DiskNames.seSparse(stem)));
            case RAW -> List.of(ExtentLine.flat(sectors, own, 0));
        };
    }

    /** All files of a disk that will be called {@code target}, that one first. */
    static List<Path> files(CreateSpec spec, Path target) throws LimitExceededException {
        List<Path> files = new ArrayList<>(List.of(target));
        for (ExtentLine line : of(spec, target)) {
            line.file()
                    .map(target::resolveSibling)
                    .filter(file -> !file.equals(target))
                    .ifPresent(files::add);
        }
        return files;
    }

    public static long sectors(long bytes) {
        return bytes / ExtentPlace.SECTOR + (bytes % ExtentPlace.SECTOR == 0 ? 0 : 1);
    }

    /** Sparse parts end at a grain's end: qemu reads past the end of one that does not. */
    private static long partSectors(CreateSpec spec, ExtentType type) {
        long sectors = Math.max(1, spec.extentBytes() / ExtentPlace.SECTOR);
        if (type != ExtentType.SPARSE) {
            return sectors;
        }
        long grain = Math.max(1, spec.unitBytes() / ExtentPlace.SECTOR);
        return Math.max(grain, sectors / grain * grain);
    }

    private static List<ExtentLine> split(CreateSpec spec, Path descriptor, ExtentType type, IntFunction<String> name)
            throws LimitExceededException {
        long left = sectors(spec.capacity());
        long part = spec.extentBytes() == 0 ? SPLIT_SECTORS : partSectors(spec, type);
        Optional<SparseFormat> sparse = new SpecExtents(spec).sparseFormat();
        if (sparse.isPresent()) {
            sparse.get().require(new SpecExtents(spec).extent(Math.min(part, left) * ExtentPlace.SECTOR), descriptor);
        }
        if (Sector.ceilDiv(left, part) > MAX_PARTS) {
            throw new LimitExceededException(
                    "extents",
                    descriptor,
                    "the disk would have more than " + MAX_PARTS + " extents of " + part * ExtentPlace.SECTOR
                            + " bytes",
                    Remedy.say("choose a larger ").with(Kind.EXTENT_SIZE).and(", or a format with one extent"));
        }
        List<ExtentLine> lines = new ArrayList<>();
        do {
            long sectors = Math.min(part, left);
            String file = name.apply(lines.size() + 1);
            lines.add(type == ExtentType.FLAT ? ExtentLine.flat(sectors, file, 0) : ExtentLine.of(sectors, type, file));
            left -= sectors;
        } while (left > 0);
        return lines;
    }
}
