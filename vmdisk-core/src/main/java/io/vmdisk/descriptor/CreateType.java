package io.vmdisk.descriptor;

import com.google.common.base.Ascii;
import com.google.common.collect.ImmutableList;

/**
 * What a disk was made as. It is only a label: the extent lines say what a file holds.
 *
 * <p>{@link Descriptor#createTypeName()} keeps the spelling of the file, known or not.
 *
 * @since 0.1
 */
public enum CreateType {
    /** One sparse file with the descriptor inside. */
    MONOLITHIC_SPARSE("monolithicSparse"),
    /** One flat file beside the descriptor. */
    MONOLITHIC_FLAT("monolithicFlat"),
    /** Sparse files of about 2 GB. */
    TWO_GB_SPARSE("twoGbMaxExtentSparse", "2GbMaxExtentSparse"),
    /** Flat files of about 2 GB. */
    TWO_GB_FLAT("twoGbMaxExtentFlat", "2GbMaxExtentFlat"),
    /** One compressed file, written once from front to back. */
    STREAM_OPTIMIZED("streamOptimized"),
    /** An ESXi disk: thick, eager zeroed or thin. */
    VMFS("vmfs"),
    /** A name of the API for a thick {@link #VMFS} disk; files are not known to carry it. */
    VMFS_PREALLOCATED("vmfsPreallocated"),
    /** A name of the API for a zeroed {@link #VMFS} disk; files are not known to carry it. */
    VMFS_EAGER_ZEROED_THICK("vmfsEagerZeroedThick"),
    /** A name of the API for a thin {@link #VMFS} disk; files are not known to carry it. */
    VMFS_THIN("vmfsThin"),
    /** An outdated name for a thick {@link #VMFS} disk. */
    VMFS_THICK("vmfsThick"),
    /** An ESXi delta in COWD format. */
    VMFS_SPARSE("vmfsSparse"),
    /** An ESXi delta in space-efficient sparse format. */
    SE_SPARSE("seSparse", "vmfsSeSparse"),
    /** A vSAN delta. */
    VSAN_SPARSE("vsanSparse"),
    /** A raw device mapping in virtual mode. */
    RAW_DEVICE_MAP("vmfsRawDeviceMap", "vmfsRDM"),
    /** A raw device mapping in physical mode. */
    PASSTHROUGH_RAW_DEVICE_MAP("vmfsPassthroughRawDeviceMap", "vmfsRDMP"),
    /** A raw device of an ESX host. */
    VMFS_RAW("vmfsRaw"),
    /** A whole device of a Workstation host. */
    FULL_DEVICE("fullDevice"),
    /** Some partitions of a device; the others are hidden. */
    PARTITIONED_DEVICE("partitionedDevice"),
    /** Put together by hand. */
    CUSTOM("custom"),
    /** Missing or unknown; read by its extent lines, as {@link #CUSTOM} is. */
    UNKNOWN("");

    private final String word;
    private final ImmutableList<String> aliases;

    CreateType(String word, String... aliases) {
        this.word = word;
        this.aliases = ImmutableList.copyOf(aliases);
    }

    /**
     * The type with a name.
     *
     * @param word any known spelling, in any case
     * @return the type; {@link #UNKNOWN} if there is none
     */
    public static CreateType of(String word) {
        for (CreateType type : values()) {
            if (type != UNKNOWN && type.isNamed(word)) {
                return type;
            }
        }
        return UNKNOWN;
    }

    /** {@return the spelling that VMware's products read and write; empty for {@link #UNKNOWN}} */
    public String word() {
        return word;
    }

    /** {@return whether ESXi makes disks of this type, with its own kind of header} */
    public boolean isEsxi() {
        return switch (this) {
            case VMFS,
                    VMFS_PREALLOCATED,
                    VMFS_EAGER_ZEROED_THICK,
                    VMFS_THIN,
                    VMFS_THICK,
                    VMFS_SPARSE,
                    SE_SPARSE,
                    VSAN_SPARSE,
                    RAW_DEVICE_MAP,
                    PASSTHROUGH_RAW_DEVICE_MAP,
                    VMFS_RAW -> true;
            default -> false;
        };
    }

    /** {@return whether the descriptor of a disk of this type lies inside its only extent} */
    public boolean isEmbedded() {
        return this == MONOLITHIC_SPARSE || this == STREAM_OPTIMIZED;
    }

    private boolean isNamed(String name) {
        return Ascii.equalsIgnoreCase(word, name) || aliases.stream().anyMatch(a -> Ascii.equalsIgnoreCase(a, name));
    }
}
