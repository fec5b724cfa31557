package io.vmdisk.disk.make;

import io.vmdisk.LimitExceededException;
import io.vmdisk.descriptor.ExtentType;
import io.vmdisk.disk.ExtentPlace;
import io.vmdisk.extent.hosted.HostedCreation;
import java.nio.file.Path;

/**
 * How large a disk of a format can be; touches no file. Raw and flat disks of hosted products end where their file system
 * does, streams where their file has 2^32 sectors, which depends on the content.
 */
public final class CapacityLimits {
    private static final int SECTOR = ExtentPlace.SECTOR;
    private static final long TIB = 1L << 40;

    /** The largest disk that a host takes: 62 TiB, as one file or as a delta. */
    static final long MAX_HOST_BYTES = 62 * TIB;

    /** Sectors are counted with 32 bits. */
    static final long MAX_COWD_BYTES = 2 * TIB - SECTOR;

    private CapacityLimits() {}

    /** Refuses a new disk that is too large for its format. */
    static void require(CreateSpec spec, Path disk) throws LimitExceededException {
        switch (spec.format()) {
            case VMFS, VMFS_EAGER, VMFS_THIN, SE_SPARSE ->
                require(spec.capacity(), MAX_HOST_BYTES, "62 TiB, the most that a host takes as one disk", disk);
            case VMFS_SPARSE -> requireCowd(spec.capacity(), disk);
            case MONOLITHIC_SPARSE ->
                HostedCreation.require(
                        DiskParts.sectors(spec.capacity()),
                        grainSectors(spec),
                        HostedCreation.DescriptorArea.EMBEDDED,
                        disk);
            default -> {}
        }
    }

    static int grainSectors(CreateSpec spec) {
        return spec.unitBytes() / SECTOR;
    }

    /** Refuses a size that an extent of a disk can't have; hosted sparse files know their own limit. */
    public static void requireGrowth(ExtentType type, long capacity, Path disk) throws LimitExceededException {
        if (type == ExtentType.VMFSSPARSE) {
            requireCowd(capacity, disk);
        } else if (type == ExtentType.VMFS || type == ExtentType.SESPARSE) {
            require(capacity, MAX_HOST_BYTES, "62 TiB, the most that a host takes as one disk", disk);
        }
    }

    private static void requireCowd(long capacity, Path disk) throws LimitExceededException {
        if (capacity > MAX_COWD_BYTES) {
            throw new LimitExceededException(
                    "capacity",
                    disk,
                    capacity + " bytes are more than the " + MAX_COWD_BYTES
                            + " (2 TiB less a sector) that the format vmfsSparse has numbers for",
                    "choose the format seSparse");
        }
    }

    private static void require(long capacity, long most, String words, Path disk) throws LimitExceededException {
        if (capacity > most) {
            throw new LimitExceededException(
                    "capacity",
                    disk,
                    capacity + " bytes are more than the " + most + " (" + words + ")",
                    "choose a smaller size, or the format monolithicFlat or raw");
        }
    }
}
