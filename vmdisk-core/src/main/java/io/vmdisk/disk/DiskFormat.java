package io.vmdisk.disk;

import com.google.common.collect.ImmutableList;
import io.vmdisk.descriptor.CreateType;
import io.vmdisk.descriptor.Descriptor;
import io.vmdisk.extent.HostLimit;
import io.vmdisk.extent.SparseFormat;
import io.vmdisk.format.Formats;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The formats in which disks can be made, by the words that users know.
 *
 * @since 0.1
 */
public enum DiskFormat {
    /** One sparse file with the descriptor inside: Workstation, Fusion, qemu. */
    MONOLITHIC_SPARSE("monolithicSparse", CreateType.MONOLITHIC_SPARSE, "sparse"),
    /** A descriptor and one flat file: Workstation, Fusion. */
    MONOLITHIC_FLAT("monolithicFlat", CreateType.MONOLITHIC_FLAT),
    /** A descriptor and sparse files of 2047 MiB. */
    TWO_GB_SPARSE("twoGbMaxExtentSparse", CreateType.TWO_GB_SPARSE, "2gbsparse"),
    /** A descriptor and flat files of 2047 MiB. */
    TWO_GB_FLAT("twoGbMaxExtentFlat", CreateType.TWO_GB_FLAT),
    /** One compressed file, for transport. */
    STREAM_OPTIMIZED("streamOptimized", CreateType.STREAM_OPTIMIZED, "stream"),
    /** An ESXi disk whose space is reserved, and zeroed when first used. */
    VMFS("vmfs", CreateType.VMFS, "zeroedthick", "thick"),
    /** An ESXi disk whose space is reserved and zeroed. */
    VMFS_EAGER("vmfsEagerZeroedThick", CreateType.VMFS, "eagerzeroedthick", "eager"),
    /** An ESXi disk whose space is taken when first used. */
    VMFS_THIN("vmfsThin", CreateType.VMFS, "thin"),
    /** The deltas of ESXi on VMFS 5 and before, up to 2 TB. */
    VMFS_SPARSE("vmfsSparse", CreateType.VMFS_SPARSE, "delta", "cowd"),
    /** The deltas of ESXi on VMFS 6. */
    SE_SPARSE("seSparse", CreateType.SE_SPARSE),
    /** The bytes of the disk and nothing else. */
    RAW("raw", null);

    private final String word;
    private final @Nullable CreateType createType;
    private final ImmutableList<String> aliases;

    DiskFormat(String word, @Nullable CreateType createType, String... aliases) {
        this.word = word;
        this.createType = createType;
        this.aliases = ImmutableList.copyOf(aliases);
    }

    /**
     * The format with a name.
     *
     * @param word the format's word or an alias, in any case
     * @return the format; empty if there is none
     */
    public static Optional<DiskFormat> of(String word) {
        String wanted = word.toLowerCase(Locale.ROOT);
        for (DiskFormat format : values()) {
            if (format.word.toLowerCase(Locale.ROOT).equals(wanted) || format.aliases.contains(wanted)) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }

    /**
     * The format for a whole copy that is to be like a disk. It is the disk's own format if a disk of it can be made
     * and stands alone, thin for an ESXi delta, and hosted sparse for the rest.
     *
     * @param descriptor the disk's descriptor
     * @return the format for the copy
     */
    public static DiskFormat forCopyOf(Descriptor descriptor) {
        return switch (descriptor.createType()) {
            case MONOLITHIC_FLAT -> MONOLITHIC_FLAT;
            case TWO_GB_SPARSE -> TWO_GB_SPARSE;
            case TWO_GB_FLAT -> TWO_GB_FLAT;
            case STREAM_OPTIMIZED -> STREAM_OPTIMIZED;
            case VMFS, VMFS_PREALLOCATED, VMFS_THICK -> descriptor.isThin() ? VMFS_THIN : VMFS;
            case VMFS_EAGER_ZEROED_THICK -> VMFS_EAGER;
            case VMFS_THIN, VMFS_SPARSE, SE_SPARSE, VSAN_SPARSE, RAW_DEVICE_MAP, PASSTHROUGH_RAW_DEVICE_MAP, VMFS_RAW ->
                VMFS_THIN;
            default -> MONOLITHIC_SPARSE;
        };
    }

    /** {@return whether all its space is taken when it is made} */
    public boolean isThick() {
        return this == VMFS || this == VMFS_EAGER;
    }

    /** {@return its word, such as {@code monolithicSparse}} */
    public String word() {
        return word;
    }

    /** {@return the create type that its descriptor has; empty for raw} */
    public Optional<CreateType> createType() {
        return Optional.ofNullable(createType);
    }

    /** {@return whether a link of this format can lie on top of a parent} */
    public boolean canBeDelta() {
        return switch (this) {
            case MONOLITHIC_SPARSE, TWO_GB_SPARSE, VMFS_SPARSE, SE_SPARSE -> true;
            default -> false;
        };
    }

    /**
     * {@return the largest capacity of a disk of this format in bytes, as far as it does not depend on grain or file
     * system; {@link Long#MAX_VALUE} for formats without a limit of their own}
     */
    public long maxCapacityBytes() {
        return switch (this) {
            case VMFS, VMFS_EAGER, VMFS_THIN -> HostLimit.MAX_DISK_BYTES;
            default ->
                Formats.ofDiskFormat(word).map(SparseFormat::maxCapacityBytes).orElse(Long.MAX_VALUE);
        };
    }

    /** {@return whether an ESXi host can start a machine on it} */
    public boolean startsOnEsxi() {
        return switch (this) {
            case VMFS, VMFS_EAGER, VMFS_THIN, VMFS_SPARSE, SE_SPARSE -> true;
            default -> false;
        };
    }
}
