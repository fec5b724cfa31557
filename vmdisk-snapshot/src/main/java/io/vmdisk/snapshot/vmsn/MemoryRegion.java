package io.vmdisk.snapshot.vmsn;

/**
 * A stretch of guest-physical memory and where its pages lie in the image.
 *
 * @param guestAddress first byte, guest-physical
 * @param imageOffset where that byte lies in the memory image
 * @param length bytes
 */
public record MemoryRegion(long guestAddress, long imageOffset, long length) {
    /** The guest address behind the region. */
    public long guestEnd() {
        return guestAddress + length;
    }

    /** The byte of the image behind the region. */
    public long imageEnd() {
        return imageOffset + length;
    }
}
