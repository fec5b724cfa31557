package io.vmdisk.disk.make;

import io.vmdisk.descriptor.AdapterType;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.ExtentPlace;
import io.vmdisk.extent.hosted.HostedLayout;
import io.vmdisk.extent.sesparse.SeSparseExtents;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a new disk shall be. Begin with {@link #of}; each {@code with…} gives a changed copy.
 *
 * @param format its format
 * @param capacity virtual size in bytes; rounded up to a whole sector
 * @param adapter what the guest sees it on; it decides the geometry
 * @param hardwareVersion of the machine it is for
 * @param grainBytes of sparse formats, or 0 for the format's own
 * @param extentBytes of split formats, or 0 for 2047 MiB
 * @param parent the disk below, or null
 */
public record CreateSpec(
        DiskFormat format,
        long capacity,
        AdapterType adapter,
        int hardwareVersion,
        int grainBytes,
        long extentBytes,
        @Nullable Path parent) {
    /** What Workstation 16.2 and ESXi 7.0 U2 and later run. */
    public static final int DEFAULT_HARDWARE_VERSION = 19;

    private static final int SECTOR = ExtentPlace.SECTOR;

    /** Checks the ranges that hold for all formats, and rounds the capacity. */
    public CreateSpec {
        if (capacity < 0 || grainBytes < 0 || extentBytes < 0 || hardwareVersion < 3) {
            throw new IllegalArgumentException("capacity " + capacity + ", grain " + grainBytes + ", extents "
                    + extentBytes + ", hardware " + hardwareVersion);
        }
        if (capacity <= Long.MAX_VALUE - (SECTOR - 1)) {
            capacity = (capacity + SECTOR - 1) / SECTOR * SECTOR;
        }
    }

    /** A disk of a format and size, with what VMware would choose for the rest. */
    public static CreateSpec of(DiskFormat format, long capacity) {
        return new CreateSpec(format, capacity, AdapterType.LSILOGIC, DEFAULT_HARDWARE_VERSION, 0, 0, null);
    }

    /** On another adapter. */
    public CreateSpec withAdapter(AdapterType other) {
        return new CreateSpec(format, capacity, other, hardwareVersion, grainBytes, extentBytes, parent);
    }

    /** For another hardware version. */
    public CreateSpec withHardwareVersion(int other) {
        return new CreateSpec(format, capacity, adapter, other, grainBytes, extentBytes, parent);
    }

    /** With another grain size. */
    public CreateSpec withGrainBytes(int other) {
        return new CreateSpec(format, capacity, adapter, hardwareVersion, other, extentBytes, parent);
    }

    /** With another size of the parts of a split disk. */
    public CreateSpec withExtentBytes(long other) {
        return new CreateSpec(format, capacity, adapter, hardwareVersion, grainBytes, other, parent);
    }

    /** The unit in which such a disk grows: its grain, or a sector. */
    public int unitBytes() {
        return switch (format) {
            case MONOLITHIC_SPARSE, TWO_GB_SPARSE, STREAM_OPTIMIZED ->
                grainBytes == 0 ? HostedLayout.DEFAULT_GRAIN_SECTORS * ExtentPlace.SECTOR : grainBytes;
            case SE_SPARSE -> SeSparseExtents.GRAIN_BYTES;
            default -> ExtentPlace.SECTOR;
        };
    }

    /** As a link on top of another disk. */
    public CreateSpec withParent(Path other) {
        return new CreateSpec(format, capacity, adapter, hardwareVersion, grainBytes, extentBytes, other);
    }
}
