package io.vmdisk.transfer;

import io.vmdisk.disk.DiskFormat;

/**
 * What a copy of a disk is going to hold, by the tables of the source: zeros may be among it.
 *
 * @param copied bytes that are written, in whole granules of the copy
 * @param shared bytes that come to stand on blocks of the source: they are neither read nor written, and take no space
 */
public record CopyContent(long copied, long shared) {
    /** Nothing at all. */
    public static final CopyContent NONE = new CopyContent(0, 0);

    /** With that of another copy. */
    public CopyContent and(CopyContent other) {
        return new CopyContent(Math.addExact(copied, other.copied), Math.addExact(shared, other.shared));
    }

    /** What people should know if something is shared, behind the words for what comes to share blocks with what. */
    public String note(DiskFormat format) {
        String amounts = ": of " + Math.addExact(copied, shared) + " bytes " + copied + " are copied";
        return format.isThick()
                ? amounts + "; the space of a thick disk is shared until either side is written to"
                : amounts;
    }
}
