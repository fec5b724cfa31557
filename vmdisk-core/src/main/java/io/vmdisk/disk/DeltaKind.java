package io.vmdisk.disk;

import java.util.Locale;
import java.util.Optional;

/**
 * The kinds of links that products put on a disk. All links of one hierarchy are of one kind: "You cannot mix
 * VMFSsparse redo-logs with SEsparse redo-logs in the same hierarchy" (vSphere Storage, "Snapshot Formats"), and no
 * host reads hosted links among them.
 *
 * @since 0.1
 */
public enum DeltaKind {
    /** Links of Workstation, Fusion and Player. */
    HOSTED("hosted sparse"),
    /** Links of ESXi, on VMFS 5 and before. */
    VMFS_SPARSE("vmfsSparse"),
    /** Links of ESXi, on VMFS 6. */
    SE_SPARSE("seSparse");

    private final String word;

    DeltaKind(String word) {
        this.word = word;
    }

    /**
     * The kind of a link.
     *
     * @param link the link
     * @return its kind; empty if it has no parent or is of none of these kinds
     */
    public static Optional<DeltaKind> ofLink(DiskLink link) {
        if (!link.descriptor().hasParent()) {
            return Optional.empty();
        }
        return switch (link.descriptor().createType()) {
            case MONOLITHIC_SPARSE, TWO_GB_SPARSE -> Optional.of(HOSTED);
            case VMFS_SPARSE -> Optional.of(VMFS_SPARSE);
            case SE_SPARSE -> Optional.of(SE_SPARSE);
            default -> Optional.empty();
        };
    }

    /**
     * The kind of links of a format.
     *
     * @param format the format
     * @return the kind; empty if links are not made in this format
     */
    public static Optional<DeltaKind> ofFormat(DiskFormat format) {
        return switch (format) {
            case MONOLITHIC_SPARSE, TWO_GB_SPARSE -> Optional.of(HOSTED);
            case VMFS_SPARSE -> Optional.of(VMFS_SPARSE);
            case SE_SPARSE -> Optional.of(SE_SPARSE);
            default -> Optional.empty();
        };
    }

    /** {@return the word for people} */
    public String word() {
        return word;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
