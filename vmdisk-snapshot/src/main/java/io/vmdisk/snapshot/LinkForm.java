package io.vmdisk.snapshot;

import io.vmdisk.LimitExceededException;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.descriptor.CreateType;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DeltaKind;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What an empty link on a disk is like: as the product that made the disk would make it, or as the user chose. */
public final class LinkForm {
    private static final int OLDEST_HARDWARE = 3;

    private LinkForm() {}

    /**
     * What a new link is made from.
     *
     * @param parent the disk below
     * @param vmx the machine that is going to use it
     * @param choice the format, if not the usual one
     * @param kinds those of the links that are there, which decide: one hierarchy has one kind
     */
    public static CreateSpec of(DiskLink parent, VmxFile vmx, Optional<DiskFormat> choice, DeltaKinds kinds)
            throws IOException {
        DiskFormat format = choice.isPresent()
                ? checked(unmixed(choice.get(), parent, kinds), parent)
                : checked(fitting(usual(parent), kinds), parent);
        CreateSpec spec = CreateSpec.of(format, parent.capacity())
                .withHardwareVersion(hardwareOf(vmx))
                .withParent(parent.path());
        return format == DiskFormat.TWO_GB_SPARSE && parent.extents().size() > 1
                ? spec.withExtentBytes(parent.extents().get(0).length())
                : spec;
    }

    /** The hardware version that a machine's new disks are made for. */
    public static int hardwareOf(VmxFile vmx) {
        long version = vmx.hardwareVersion().orElse(CreateSpec.DEFAULT_HARDWARE_VERSION);
        return (int) Math.max(OLDEST_HARDWARE, Math.min(Integer.MAX_VALUE, version));
    }

    private static DiskFormat checked(DiskFormat format, DiskLink parent) throws IOException {
        if (!format.canBeDelta()) {
            throw new UnsupportedFeatureException(
                    "delta-format",
                    parent.path(),
                    "a disk of format " + format.word() + " can't lie on another",
                    "use monolithicSparse, twoGbMaxExtentSparse, vmfsSparse or seSparse");
        }
        if (format == DiskFormat.VMFS_SPARSE && parent.capacity() > format.maxCapacityBytes()) {
            throw new LimitExceededException(
                    "cowd-capacity",
                    parent.path(),
                    "it has " + parent.capacity() + " bytes, a vmfsSparse link at most " + format.maxCapacityBytes(),
                    "use seSparse");
        }
        return format;
    }

    private static DiskFormat unmixed(DiskFormat choice, DiskLink parent, DeltaKinds kinds)
            throws UnsafeStateException {
        Optional<DeltaKind> wanted = DeltaKind.ofFormat(choice);
        Set<DeltaKind> present = kinds.chain().isEmpty() ? kinds.hierarchy() : kinds.chain();
        if (wanted.isPresent() && !present.isEmpty() && !present.contains(wanted.get())) {
            throw new UnsafeStateException(
                    "mixed-deltas",
                    parent.path(),
                    "the links on its base are "
                            + present.stream().map(DeltaKind::word).collect(Collectors.joining(" and "))
                            + ", and hosts open no hierarchy with "
                            + wanted.get().word() + " ones among them",
                    "leave the format to the links that are there, or merge them first");
        }
        return choice;
    }

    private static DiskFormat fitting(DiskFormat usual, DeltaKinds kinds) {
        Optional<DeltaKind> own = DeltaKind.ofFormat(usual);
        Optional<DeltaKind> wanted = kinds.required();
        boolean storeTakesOnlySeSparse =
                kinds.store().contains(DeltaKind.SE_SPARSE) && !kinds.store().contains(DeltaKind.VMFS_SPARSE);
        if (wanted.isEmpty() && usual == DiskFormat.VMFS_SPARSE && storeTakesOnlySeSparse) {
            return DiskFormat.SE_SPARSE;
        }
        if (wanted.isEmpty() || wanted.equals(own)) {
            return usual;
        }
        return switch (wanted.get()) {
            case HOSTED -> DiskFormat.MONOLITHIC_SPARSE;
            case VMFS_SPARSE -> DiskFormat.VMFS_SPARSE;
            case SE_SPARSE -> DiskFormat.SE_SPARSE;
        };
    }

    private static DiskFormat usual(DiskLink parent) throws UnsupportedFeatureException {
        CreateType type = parent.descriptor().createType();
        return switch (type) {
            case TWO_GB_SPARSE, TWO_GB_FLAT -> DiskFormat.TWO_GB_SPARSE;
            case SE_SPARSE -> DiskFormat.SE_SPARSE;
            case VMFS, VMFS_PREALLOCATED, VMFS_EAGER_ZEROED_THICK, VMFS_THIN, VMFS_THICK, VMFS_SPARSE, RAW_DEVICE_MAP ->
                parent.capacity() > DiskFormat.VMFS_SPARSE.maxCapacityBytes()
                        ? DiskFormat.SE_SPARSE
                        : DiskFormat.VMFS_SPARSE;
            case MONOLITHIC_SPARSE, MONOLITHIC_FLAT, STREAM_OPTIMIZED, CUSTOM, UNKNOWN -> DiskFormat.MONOLITHIC_SPARSE;
            case VSAN_SPARSE, PASSTHROUGH_RAW_DEVICE_MAP, VMFS_RAW, FULL_DEVICE, PARTITIONED_DEVICE ->
                throw new UnsupportedFeatureException(
                        "delta-parent",
                        parent.path(),
                        "a disk of type " + parent.descriptor().createTypeName() + " takes no part in snapshots",
                        "make it independent, or take the snapshot on the host");
        };
    }
}
