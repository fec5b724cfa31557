package io.vmdisk.guest.xfs;

import io.vmdisk.guest.GuestWindow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What the second sector of an allocation group says about its free space (the AGF).
 *
 * @param number which group
 * @param blocks how many blocks it has
 * @param byStart the root of the tree of free extents in the order of their place
 * @param byStartLevels how many levels it has
 * @param bySize the root of the tree of the same extents in the order of their size
 * @param bySizeLevels how many levels it has
 * @param freeBlocks how many blocks both trees list
 * @param listedBlocks how many blocks are set aside for the trees themselves (the free list): neither used nor in them
 * @param treeBlocks how many blocks the trees take beyond their roots
 */
record XfsGroup(
        int number,
        int blocks,
        long byStart,
        int byStartLevels,
        long bySize,
        int bySizeLevels,
        long freeBlocks,
        long listedBlocks,
        long treeBlocks) {
    private static final int MAGIC = 0x58414746; // "XAGF"
    private static final int CRC_AT = 216;
    private static final int UUID_AT = 64;
    /** Far above what a group of 2^31 blocks can need. */
    private static final int MAX_LEVELS = 12;

    static XfsGroup parse(GuestWindow window, XfsSuperblock superblock, int number) throws IOException {
        long at = superblock.byteOf(number, 0) + superblock.sectorBytes();
        ByteBuffer b = window.read(at, superblock.sectorBytes(), ByteOrder.BIG_ENDIAN);
        int blocks = superblock.blocksOf(number);
        boolean fine = b.getInt(0) == MAGIC
                && b.getInt(4) == 1
                && b.getInt(8) == number
                && b.getInt(12) == blocks
                && (superblock.version() == 4 || b.slice(UUID_AT, 16).equals(superblock.metadataUuid()));
        if (!fine) {
            throw window.malformed("xfs-group", at, "the header of allocation group " + number + " does not fit it");
        }
        if (superblock.version() == 5) {
            XfsBlock.requireChecksum(window, at, b, CRC_AT);
        }
        XfsGroup group = new XfsGroup(
                number,
                blocks,
                unsigned(b, 16),
                b.getInt(28),
                unsigned(b, 20),
                b.getInt(32),
                unsigned(b, 52),
                unsigned(b, 48),
                unsigned(b, 60));
        if (outside(group.byStart, blocks)
                || outside(group.bySize, blocks)
                || group.byStart == group.bySize
                || wrongLevels(group.byStartLevels)
                || wrongLevels(group.bySizeLevels)
                || group.freeBlocks > blocks
                || group.listedBlocks > blocks
                || group.treeBlocks > blocks) {
            throw window.malformed(
                    "xfs-group", at, "the header of allocation group " + number + " has numbers out of bounds");
        }
        return group;
    }

    private static boolean outside(long block, int blocks) {
        return block < 1 || block >= blocks;
    }

    private static boolean wrongLevels(int levels) {
        return levels < 1 || levels > MAX_LEVELS;
    }

    private static long unsigned(ByteBuffer b, int at) {
        return b.getInt(at) & 0xFFFFFFFFL;
    }
}
