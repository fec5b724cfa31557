package io.vmdisk.guest.ext;

import io.vmdisk.UnsupportedFeatureException;

/**
 * The feature words of an ext superblock. A word of "incompatible" or "read-only compatible" features with a bit that is
 * not known here may change how space is accounted, so it is refused; unknown "compatible" bits never do.
 */
record ExtFeatures(int compatible, int incompatible, int readOnly) {
    private static final int HAS_JOURNAL = 0x4;
    private static final int SPARSE_SUPER2 = 0x200;

    private static final int JOURNAL_DEVICE = 0x8;
    private static final int RECOVER = 0x4;
    private static final int META_BG = 0x10;
    private static final int EXTENTS = 0x40;
    private static final int BITS64 = 0x80;
    private static final int MMP = 0x100;
    private static final int FLEX_BG = 0x200;
    private static final int CSUM_SEED = 0x2000;
    /** Also filetype, ea_inode, dirdata, largedir, inline_data, encrypt and casefold, which matter to files only. */
    private static final int KNOWN_INCOMPATIBLE = 0x2 | RECOVER | META_BG | EXTENTS | BITS64 | MMP | FLEX_BG | 0x400
            | 0x1000 | CSUM_SEED | 0x4000 | 0x8000 | 0x10000 | 0x20000;

    private static final int SPARSE_SUPER = 0x1;
    private static final int GDT_CSUM = 0x10;
    private static final int BIGALLOC = 0x200;
    private static final int METADATA_CSUM = 0x400;
    private static final int ORPHAN_PRESENT = 0x10000;
    /** Also large_file, btree_dir, huge_file, dir_nlink, extra_isize, quota, readonly, project and verity. */
    private static final int KNOWN_READ_ONLY = SPARSE_SUPER
            | 0x2
            | 0x4
            | 0x8
            | GDT_CSUM
            | 0x20
            | 0x40
            | 0x100
            | BIGALLOC
            | METADATA_CSUM
            | 0x1000
            | 0x2000
            | 0x8000
            | ORPHAN_PRESENT;

    void requireKnown() throws UnsupportedFeatureException {
        if ((incompatible & JOURNAL_DEVICE) != 0) {
            throw new UnsupportedFeatureException(
                    "guest-ext-journal-device", null, "this is the external journal of another file system");
        }
        int unknownIncompatible = incompatible & ~KNOWN_INCOMPATIBLE;
        int unknownReadOnly = readOnly & ~KNOWN_READ_ONLY;
        if (unknownIncompatible != 0 || unknownReadOnly != 0) {
            throw new UnsupportedFeatureException(
                    "guest-ext-features",
                    null,
                    String.format(
                            "ext features that are not handled: incompatible %#x, read-only %#x",
                            unknownIncompatible, unknownReadOnly));
        }
    }

    /** As people call it. */
    String typeName() {
        if ((incompatible & (EXTENTS | BITS64 | FLEX_BG)) != 0 || (readOnly & (GDT_CSUM | METADATA_CSUM)) != 0) {
            return "ext4";
        }
        return (compatible & HAS_JOURNAL) != 0 ? "ext3" : "ext2";
    }

    boolean needsRecovery() {
        return (incompatible & RECOVER) != 0;
    }

    boolean orphansPresent() {
        return (readOnly & ORPHAN_PRESENT) != 0;
    }

    boolean multipleMountProtection() {
        return (incompatible & MMP) != 0;
    }

    boolean metaGroups() {
        return (incompatible & META_BG) != 0;
    }

    boolean bits64() {
        return (incompatible & BITS64) != 0;
    }

    boolean checksumSeed() {
        return (incompatible & CSUM_SEED) != 0;
    }

    boolean sparseSuper() {
        return (readOnly & SPARSE_SUPER) != 0;
    }

    boolean sparseSuper2() {
        return (compatible & SPARSE_SUPER2) != 0;
    }

    boolean bigAlloc() {
        return (readOnly & BIGALLOC) != 0;
    }

    boolean metadataChecksums() {
        return (readOnly & METADATA_CSUM) != 0;
    }

    /** Older, of group descriptors only; not used where {@link #metadataChecksums}. */
    boolean groupChecksums() {
        return (readOnly & GDT_CSUM) != 0 && !metadataChecksums();
    }
}
