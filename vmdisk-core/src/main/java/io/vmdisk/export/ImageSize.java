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
 * How long the files of a converted disk are, as {@code qemu-img measure} reports it.
 *
 * <p>Immutable.
 *
 * @param required bytes for what the source's tables say it stores, which may include zeros: an upper bound
 * @param fullyAllocated bytes if every byte of the disk were data
 * @since 0.1
 */
public record ImageSize(long required, long fullyAllocated) {
    private static final Path NAME = Path.of("measured.vmdk");

    /** A format to measure in. Its implementations are immutable. */
    public sealed interface Measure permits OfDisk, OfImage {
        /**
         * The size of an empty disk.
         *
         * @param capacity virtual size in bytes
         * @return how long its files are
         * @throws io.vmdisk.LimitExceededException if the format can't have this size
         * @throws IOException never otherwise
         */
        default ImageSize ofEmpty(long capacity) throws IOException {
            return new ImageSize(bytes(capacity, 0), bytes(capacity, capacity));
        }

        /**
         * The size of a copy of a disk. Only the tables of the disk are read.
         *
         * @param source the disk; it stays open
         * @return how long the files of a copy are
         * @throws io.vmdisk.LimitExceededException if the format can't have this size
         * @throws IOException if a table can't be read
         */
        default ImageSize of(VirtualDisk source) throws IOException {
            long capacity = source.capacity();
            long data = DiskConverter.storedBytes(source, unit());
            return new ImageSize(bytes(capacity, data), bytes(capacity, capacity));
        }

        /** {@return the unit in which space is taken, in bytes} */
        int unit();

        /**
         * The size of a disk that holds some data.
         *
         * @param capacity virtual size in bytes
         * @param data how many of these bytes are data; rounded up to the {@linkplain #unit() unit}
         * @return how many bytes its files have at most
         * @throws io.vmdisk.LimitExceededException if the format can't have this size
         * @throws IOException never otherwise
         */
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

    /**
     * Measures in a format of VMware's, or raw.
     *
     * @param format the format
     * @return measures in it
     */
    public static Measure in(DiskFormat format) {
        return new OfDisk(format);
    }

    /**
     * Measures in a format of another hypervisor.
     *
     * @param format the format
     * @return measures in it
     */
    public static Measure in(ExportFormat format) {
        return new OfImage(format);
    }
}
