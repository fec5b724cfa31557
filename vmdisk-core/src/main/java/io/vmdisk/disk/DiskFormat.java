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
 * The formats that can be made, by the words users know.
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
    /** ESXi, space reserved, zeroed when first used. */
    VMFS("vmfs", CreateType.VMFS, "zeroedthick", "thick"),
    /** ESXi, space reserved and zeroed. */
    VMFS_EAGER("vmfsEagerZeroedThick", CreateType.VMFS, "eagerzeroedthick", "eager"),
    /** ESXi, space taken when first used. */
    VMFS_THIN("vmfsThin", CreateType.VMFS, "thin"),
    /** ESXi deltas of VMFS 5 and before, up to 2 TB. */
    VMFS_SPARSE("vmfsSparse", CreateType.VMFS_SPARSE, "delta", "cowd"),
    /** ESXi deltas of VMFS 6. */
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

    /** The format that a word names: its own or an alias, in any case. */
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
     * The format for a whole copy of a disk that shall be like it: its own where that can be made and stands alone, thin
     * for an ESXi delta, hosted sparse for the rest.
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

    /** Whether all its space is taken when it is made. */
    public boolean isThick() {
        return this == VMFS || this == VMFS_EAGER;
    }

    /** Its word. */
    public String word() {
        return word;
    }

    /** What its descriptor says; empty for raw. */
    public Optional<CreateType> createType() {
        return Optional.ofNullable(createType);
    }

    /** Whether a link of this format can lie on top of a parent. */
    public boolean canBeDelta() {
        return switch (this) {
            case MONOLITHIC_SPARSE, TWO_GB_SPARSE, VMFS_SPARSE, SE_SPARSE -> true;
            default -> false;
        };
    }

    /** The most that a disk of this format can have, bytes, as far as that does not hang on its grain or its file system. */
    public long maxCapacityBytes() {
        return switch (this) {
            case VMFS, VMFS_EAGER, VMFS_THIN -> HostLimit.MAX_DISK_BYTES;
            default ->
                Formats.ofDiskFormat(word).map(SparseFormat::maxCapacityBytes).orElse(Long.MAX_VALUE);
        };
    }

    /** Whether an ESXi host can start a machine on it. */
    public boolean startsOnEsxi() {
        return switch (this) {
            case VMFS, VMFS_EAGER, VMFS_THIN, VMFS_SPARSE, SE_SPARSE -> true;
            default -> false;
        };
    }
}
