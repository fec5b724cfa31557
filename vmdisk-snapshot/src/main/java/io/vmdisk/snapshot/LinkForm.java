package io.vmdisk.snapshot;

import io.vmdisk.LimitExceededException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.descriptor.CreateType;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.util.Optional;

/** What an empty link on a disk is like: as the product that made the disk would make it, or as the user chose. */
public final class LinkForm {
    /** A COWD file counts the sectors of its disk with 32 bits. */
    private static final long MAX_COWD_BYTES = (2L << 40) - 512;

    private static final int OLDEST_HARDWARE = 3;

    private LinkForm() {}

    /**
     * What a new link is made from.
     *
     * @param parent the disk below
     * @param vmx the machine that is going to use it
     * @param choice the format, if not the usual one
     */
    public static CreateSpec of(DiskLink parent, VmxFile vmx, Optional<DiskFormat> choice) throws IOException {
        DiskFormat format = choice.isPresent() ? checked(choice.get(), parent) : usual(parent);
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
        if (format == DiskFormat.VMFS_SPARSE && parent.capacity() > MAX_COWD_BYTES) {
            throw new LimitExceededException(
                    "cowd-capacity",
                    parent.path(),
                    "it has " + parent.capacity() + " bytes, a vmfsSparse link at most " + MAX_COWD_BYTES,
                    "use seSparse");
        }
        return format;
    }

    private static DiskFormat usual(DiskLink parent) throws UnsupportedFeatureException {
        CreateType type = parent.descriptor().createType();
        return switch (type) {
            case TWO_GB_SPARSE, TWO_GB_FLAT -> DiskFormat.TWO_GB_SPARSE;
            case SE_SPARSE -> DiskFormat.SE_SPARSE;
            case VMFS, VMFS_PREALLOCATED, VMFS_EAGER_ZEROED_THICK, VMFS_THIN, VMFS_THICK, VMFS_SPARSE, RAW_DEVICE_MAP ->
                parent.capacity() > MAX_COWD_BYTES ? DiskFormat.SE_SPARSE : DiskFormat.VMFS_SPARSE;
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
