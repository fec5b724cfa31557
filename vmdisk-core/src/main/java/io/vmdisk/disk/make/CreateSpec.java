package io.vmdisk.disk.make;

import io.vmdisk.descriptor.AdapterType;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.ExtentPlace;
import io.vmdisk.extent.hosted.HostedLayout;
import io.vmdisk.extent.sesparse.SeSparseExtents;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a new disk shall be. Begin with {@link #of}; each {@code with…} gives a changed copy.
 *
 * <p>Immutable, and so safe for many threads.
 *
 * @since 0.1
 */
public final class CreateSpec {
    /** What Workstation 16.2 and ESXi 7.0 U2 and later run. */
    public static final int DEFAULT_HARDWARE_VERSION = 19;

    private static final int SECTOR = ExtentPlace.SECTOR;

    private final DiskFormat format;
    private final long capacity;
    private final AdapterType adapter;
    private final int hardwareVersion;
    private final int grainBytes;
    private final long extentBytes;
    private final @Nullable Path parent;

    private CreateSpec(
            DiskFormat format,
            long capacity,
            AdapterType adapter,
            int hardwareVersion,
            int grainBytes,
            long extentBytes,
            @Nullable Path parent) {
        if (capacity < 0 || grainBytes < 0 || extentBytes < 0 || hardwareVersion < 3) {
            throw new IllegalArgumentException("capacity " + capacity + ", grain " + grainBytes + ", extents "
                    + extentBytes + ", hardware " + hardwareVersion);
        }
        if (capacity <= Long.MAX_VALUE - (SECTOR - 1)) {
            capacity = (capacity + SECTOR - 1) / SECTOR * SECTOR;
        }
        this.format = format;
        this.capacity = capacity;
        this.adapter = adapter;
        this.hardwareVersion = hardwareVersion;
        this.grainBytes = grainBytes;
        this.extentBytes = extentBytes;
        this.parent = parent;
    }

    /**
     * A disk of a format and size in bytes, with what VMware would choose for the rest. A link of size 0 gets that of its
     * parent.
     *
     * @throws IllegalArgumentException if the size is negative
     */
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

    /** With another size, in bytes. */
    public CreateSpec withCapacity(long other) {
        return new CreateSpec(format, other, adapter, hardwareVersion, grainBytes, extentBytes, parent);
    }

    /** As a link on top of another disk. */
    public CreateSpec withParent(Path other) {
        return new CreateSpec(format, capacity, adapter, hardwareVersion, grainBytes, extentBytes, other);
    }

    /** Its format. */
    public DiskFormat format() {
        return format;
    }

    /** Virtual size in bytes; rounded up to a whole sector. */
    public long capacity() {
        return capacity;
    }

    /** What the guest sees it on; it decides the geometry. */
    public AdapterType adapter() {
        return adapter;
    }

    /** The hardware version of the machine it is for. */
    public int hardwareVersion() {
        return hardwareVersion;
    }

    /** The grain of sparse formats in bytes, or 0 for the format's own. */
    public int grainBytes() {
        return grainBytes;
    }

    /** The size of the parts of split formats in bytes, or 0 for 2047 MiB. */
    public long extentBytes() {
        return extentBytes;
    }

    /** The disk below, or null. */
    public @Nullable Path parent() {
        return parent;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CreateSpec that
                && format.equals(that.format)
                && capacity == that.capacity
                && adapter.equals(that.adapter)
                && hardwareVersion == that.hardwareVersion
                && grainBytes == that.grainBytes
                && extentBytes == that.extentBytes
                && Objects.equals(parent, that.parent);
    }

    @Override
    public int hashCode() {
        return Objects.hash(format, capacity, adapter, hardwareVersion, grainBytes, extentBytes, parent);
    }

    @Override
    public String toString() {
        return "CreateSpec[" + "format=" + format + ", capacity=" + capacity + ", adapter=" + adapter
                + ", hardwareVersion=" + hardwareVersion + ", grainBytes=" + grainBytes + ", extentBytes=" + extentBytes
                + ", parent=" + parent + "]";
    }
}
