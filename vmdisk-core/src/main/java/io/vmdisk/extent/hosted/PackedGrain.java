package io.vmdisk.extent.hosted;

/** A deflated grain as it came from a stream, without its head. Used over and over; for one thread at a time. */
public final class PackedGrain {
    private final byte[] bytes;
    private long grain;
    private int length;
    private long at;

    /** Room for the largest grain of a stream. */
    public PackedGrain(int maxBytes) {
        // The last sector is read whole.
        bytes = new byte[maxBytes + HostedLayout.SECTOR];
    }

    public void set(long number, int packedBytes, long position) {
        grain = number;
        length = packedBytes;
        at = position;
    }

    public byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** Its number on the disk. */
    public long grain() {
        return grain;
    }

    /** The byte of the stream at which its head began. */
    public long at() {
        return at;
    }
}
