package io.vmdisk.export;

import io.vmdisk.LimitExceededException;
import io.vmdisk.storage.BlockFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The image formats of other hypervisors to which a disk can be exported.
 *
 * @since 0.1
 */
public enum ExportFormat {
    /** QEMU, KVM, oVirt, OpenStack; disks of up to 64 TiB. */
    QCOW2("qcow2", "", Qcow2Writer.CLUSTER, Qcow2Writer.MAX_BYTES),
    /** Hyper-V, dynamic; disks of up to 64 TiB. */
    VHDX("vhdx", "", VhdxWriter.UNIT, VhdxWriter.MAX_BYTES),
    /**
     * Azure and older Hyper-V, fixed: the file is as long as the disk, and holes in it take no space. Disks of up to
     * 2040 GiB.
     */
    VHD("vhd", "vpc", VhdWriter.UNIT, VhdWriter.MAX_BYTES);

    private final String word;
    private final String alias;
    private final int unit;
    private final long maxBytes;

    ExportFormat(String word, String alias, int unit, long maxBytes) {
        this.word = word;
        this.alias = alias;
        this.unit = unit;
        this.maxBytes = maxBytes;
    }

    /**
     * The format with a name.
     *
     * @param word the format's word, or {@code vpc} for VHD, in any case
     * @return the format; empty if there is none
     */
    public static Optional<ExportFormat> of(String word) {
        String wanted = word.toLowerCase(Locale.ROOT);
        return List.of(values()).stream()
                .filter(format -> format.word.equals(wanted) || (format.alias.equals(wanted) && !wanted.isEmpty()))
                .findFirst();
    }

    /** {@return its word, such as {@code qcow2}} */
    public String word() {
        return word;
    }

    /** The unit in which zeros are left out, bytes. */
    int unit() {
        return unit;
    }

    /** Refuses a disk that is too large for the format, or too small. */
    void require(long capacity, Path target) throws LimitExceededException {
        if (capacity == 0 && this != QCOW2) {
            throw new LimitExceededException(
                    "capacity",
                    target,
                    "a disk of 0 bytes, and " + word + " has at least a sector",
                    "choose qcow2 or raw");
        }
        if (capacity > maxBytes) {
            throw new LimitExceededException(
                    "capacity",
                    target,
                    capacity + " bytes are more than the " + maxBytes + " that the format " + word + " has numbers for",
                    "choose " + (this == VHD ? "vhdx" : "raw"));
        }
    }

    /**
     * Bytes that an image takes.
     *
     * @param capacity virtual size, bytes
     * @param units units of the disk that hold data
     */
    long imageBytes(long capacity, long units) {
        return switch (this) {
            case QCOW2 -> Qcow2Writer.imageBytes(capacity, units);
            case VHDX -> VhdxWriter.imageBytes(capacity, units);
            case VHD -> VhdWriter.imageBytes(capacity);
        };
    }

    /** The unit by which {@link #imageBytes} counts: that of allocation. */
    int allocationUnit() {
        return this == VHDX ? VhdxWriter.BLOCK : unit;
    }

    ImageWriter writer(BlockFile file, long capacity, RandomGenerator identifiers) {
        return switch (this) {
            case QCOW2 -> new Qcow2Writer(file, capacity);
            case VHDX -> new VhdxWriter(file, capacity, identifiers);
            case VHD -> new VhdWriter(file, capacity, identifiers);
        };
    }
}
