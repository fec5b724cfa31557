package io.vmdisk.disk.make;

import io.vmdisk.descriptor.CreateType;
import io.vmdisk.disk.DescriptorPlace;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.DiskLink;
import java.util.Optional;

/** Says whether an ESXi host can start a machine on a disk, and what to make of it if not. */
public final class EsxiFit {
    private EsxiFit() {}

    /** Why a host can't start a machine on the disk; empty if it can. */
    public static Optional<String> reasonAgainst(DiskChain chain) {
        for (DiskLink link : chain.links()) {
            String reason = reasonAgainst(link);
            if (!reason.isEmpty()) {
                return Optional.of(link.path().getFileName() + ": " + reason);
            }
        }
        return Optional.empty();
    }

    private static String reasonAgainst(DiskLink link) {
        if (link.place() instanceof DescriptorPlace.Missing) {
            return "it has no descriptor, and a host opens disks by their descriptor only";
        }
        CreateType type = link.descriptor().createType();
        String word = link.descriptor().createTypeName();
        return switch (type) {
            case VMFS,
                    VMFS_PREALLOCATED,
                    VMFS_EAGER_ZEROED_THICK,
                    VMFS_THIN,
                    VMFS_THICK,
                    VMFS_SPARSE,
                    SE_SPARSE,
                    VSAN_SPARSE,
                    VMFS_RAW,
                    RAW_DEVICE_MAP,
                    PASSTHROUGH_RAW_DEVICE_MAP -> "";
            case STREAM_OPTIMIZED ->
                "type " + word + " is for transport: its compressed grains can't be changed in place";
            case MONOLITHIC_FLAT -> "type " + word + " has FLAT extents of hosted products; a host wants VMFS extents";
            default -> "type " + word + " is one of hosted products, which a host can copy but not run";
        };
    }

    /** The format to make of a disk of this capacity for a host: thin for a base, a delta's own over a parent. */
    public static DiskFormat formatFor(long capacity, Role role) {
        if (role == Role.BASE) {
            return DiskFormat.VMFS_THIN;
        }
        return capacity > DiskFormat.VMFS_SPARSE.maxCapacityBytes() ? DiskFormat.SE_SPARSE : DiskFormat.VMFS_SPARSE;
    }

    /** Where in a chain the disk will be. */
    public enum Role {
        /** Without parent. */
        BASE,
        /** On top of a parent. */
        DELTA
    }
}
