package io.vmdisk.disk.make;

import io.vmdisk.LimitExceededException;
import io.vmdisk.descriptor.ExtentType;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.extent.HostLimit;
import io.vmdisk.extent.SparseFormat;
import io.vmdisk.format.Formats;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How large a disk of a format can be; touches no file. Raw and flat disks of hosted products end where their file system
 * does, streams where their file has 2^32 sectors, which depends on the content.
 */
public final class CapacityLimits {
    private CapacityLimits() {}

    /** Refuses a new disk that is too large for its format; the parts of split ones are looked at by themselves. */
    static void require(CreateSpec spec, Path disk) throws LimitExceededException {
        switch (spec.format()) {
            case VMFS, VMFS_EAGER, VMFS_THIN -> HostLimit.require(spec.capacity(), disk);
            case TWO_GB_SPARSE -> {}
            default -> {
                if (new SpecExtents(spec).sparseFormat().isPresent()) {
                    new SpecExtents(spec)
                            .sparseFormat()
                            .get()
                            .require(new SpecExtents(spec).extent(spec.capacity()), disk);
                }
            }
        }
    }

    /** Refuses a size that an extent of a disk can't have; hosted sparse files know their own limit. */
    public static void requireGrowth(ExtentType type, long capacity, Path disk) throws LimitExceededException {
        if (type == ExtentType.VMFS) {
            HostLimit.require(capacity, disk);
        }
        Optional<SparseFormat> sparse = Formats.ofExtentWord(type.name());
        if (sparse.isPresent()) {
            sparse.get().requireCapacity(capacity, disk);
        }
    }
}
