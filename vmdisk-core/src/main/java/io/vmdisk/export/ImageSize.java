package io.vmdisk.export;

import io.vmdisk.Sector;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.DiskSize;
import io.vmdisk.transfer.DiskConverter;
import java.io.IOException;
import java.nio.file.Path;

/**
 * How long the files of a converted disk are, as {@code qemu-img measure} tells it.
 *
 * @param required bytes for what the source's tables say it stores, at most; zeros may be among it
 * @param fullyAllocated bytes if every byte of the disk were data
 * @since 0.1
 */
public record ImageSize(long required, long fullyAllocated) {
    private static final Path NAME = Path.of("measured.vmdk");

    /** A format to measure in. */
    public sealed interface Measure permits OfDisk, OfImage {
        /** That of an empty disk. */
        default ImageSize ofEmpty(long capacity) throws IOException {
            return new ImageSize(bytes(capacity, 0), bytes(capacity, capacity));
        }

        /** That of a copy of a disk; reads its tables. */
        default ImageSize of(VirtualDisk source) throws IOException {
            long capacity = source.capacity();
            long data = DiskConverter.storedBytes(source, unit());
            return new ImageSize(bytes(capacity, data), bytes(capacity, capacity));
        }

        /** The unit in which space is taken, bytes. */
        int unit();

        /** Bytes of a disk with so much data. */
        long bytes(long capacity, long data) throws IOException;
    }

    /** A format of VMware's, or raw. */
    private record OfDisk(DiskFormat format) implements Measure {
        private CreateSpec spec(long capacity) {
            return CreateSpec.of(format, capacity);
        }

        @Override
        public int unit() {
            return Math.max(spec(1).unitBytes(), Sector.BYTES);
        }

        @Override
        public long bytes(long capacity, long data) throws IOException {
            return DiskSize.atMost(spec(capacity), NAME, whole(data, unit()));
        }
    }

    /** A format of another hypervisor. */
    private record OfImage(ExportFormat format) implements Measure {
        @Override
        public int unit() {
            return format.allocationUnit();
        }

        @Override
        public long bytes(long capacity, long data) throws IOException {
            format.require(capacity, NAME);
            return format.imageBytes(capacity, whole(data, unit()) / unit());
        }
    }

    private static long whole(long bytes, int unit) {
        return Sector.roundUp(bytes, unit);
    }

    /** In a format of VMware's, or raw. */
    public static Measure in(DiskFormat format) {
        return new OfDisk(format);
    }

    /** In a format of another hypervisor. */
    public static Measure in(ExportFormat format) {
        return new OfImage(format);
    }
}
