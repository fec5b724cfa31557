package io.vmdisk.guest.ext;

import io.vmdisk.guest.GuestWindow;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The descriptor of one block group: where its bitmaps and inodes are and how much is free.
 *
 * @param blockBitmap its block
 * @param inodeBitmap its block
 * @param inodeTable its first block
 * @param freeClusters how many clusters the group has left
 * @param bitmapUnused whether the block bitmap was never written: all that is not metadata of the group is free
 * @param bitmapChecksum of the block bitmap; only the low half if the descriptor is short
 * @param at the byte of the window it was read from
 */
record ExtDescriptor(
        long blockBitmap,
        long inodeBitmap,
        long inodeTable,
        long freeClusters,
        boolean bitmapUnused,
        int bitmapChecksum,
        long at) {
    private static final int LONG_BYTES = 64;
    private static final int BLOCK_UNINIT = 2;
    private static final int CHECKSUM_AT = 0x1E;

    static ExtDescriptor parse(GuestWindow window, ExtSuperblock superblock, long group, ByteBuffer b, long at)
            throws IOException {
        ExtFeatures features = superblock.features();
        boolean checked = features.metadataChecksums() || features.groupChecksums();
        if (checked && checksum(superblock, group, b) != (b.getShort(CHECKSUM_AT) & 0xFFFF)) {
            throw window.malformed("ext-descriptor", at, "the checksum of block group " + group + " is wrong");
        }
        boolean isLong = superblock.descriptorBytes() >= LONG_BYTES;
        ExtDescriptor descriptor = new ExtDescriptor(
                number(b, 0x0, isLong, 0x20),
                number(b, 0x4, isLong, 0x24),
                number(b, 0x8, isLong, 0x28),
                (b.getShort(0xC) & 0xFFFF) | (isLong ? (b.getShort(0x2C) & 0xFFFF) << 16 : 0),
                // Without checksums the flags have no meaning, and the bitmaps are always written.
                checked && (b.getShort(0x12) & BLOCK_UNINIT) != 0,
                (b.getShort(0x18) & 0xFFFF) | (isLong ? (b.getShort(0x38) & 0xFFFF) << 16 : 0),
                at);
        descriptor.requireInside(window, superblock, group);
        return descriptor;
    }

    private static long number(ByteBuffer b, int low, boolean isLong, int high) {
        return (b.getInt(low) & 0xFFFFFFFFL) | (isLong ? (b.getInt(high) & 0xFFFFFFFFL) << 32 : 0);
    }

    private static int checksum(ExtSuperblock superblock, long group, ByteBuffer b) {
        ByteBuffer before = b.slice(0, CHECKSUM_AT);
        ByteBuffer behind = b.slice(CHECKSUM_AT + 2, b.limit() - CHECKSUM_AT - 2);
        if (superblock.features().metadataChecksums()) {
            return ExtChecksum.seeded(superblock.checksumSeed())
                            .add((int) group)
                            .add(before)
                            .add(ByteBuffer.allocate(2))
                            .add(behind)
                            .value()
                    & 0xFFFF;
        }
        ByteBuffer number = ByteBuffer.allocate(4).putInt(0, Integer.reverseBytes((int) group));
        int crc = ExtChecksum.crc16(0xFFFF, superblock.uuid());
        crc = ExtChecksum.crc16(crc, number);
        return ExtChecksum.crc16(ExtChecksum.crc16(crc, before), behind);
    }

    private void requireInside(GuestWindow window, ExtSuperblock superblock, long group) throws IOException {
        for (long block : new long[] {blockBitmap, inodeBitmap, inodeTable}) {
            if (block <= superblock.firstDataBlock() || block >= superblock.blocks()) {
                throw window.malformed(
                        "ext-descriptor",
                        at,
                        "block group " + group + " has metadata at block " + Long.toUnsignedString(block)
                                + " of a file system of " + superblock.blocks() + " blocks");
            }
        }
    }
}
