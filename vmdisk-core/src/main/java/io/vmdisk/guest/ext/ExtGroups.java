package io.vmdisk.guest.ext;

import io.vmdisk.Sector;
import io.vmdisk.guest.GuestWindow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The block groups of an ext file system: where each begins, what its own metadata takes, and its descriptor.
 *
 * <p>Descriptors are read a block at a time, so memory does not grow with the file system. One thread.
 */
final class ExtGroups {
    private final GuestWindow window;
    private final ExtSuperblock superblock;
    private final int descriptorsPerBlock;
    private final long count;
    private final long tableBlocks;
    private long cachedBlock = -1;
    private ByteBuffer cache = ByteBuffer.allocate(0);

    ExtGroups(GuestWindow window, ExtSuperblock superblock) {
        this.window = window;
        this.superblock = superblock;
        this.descriptorsPerBlock = superblock.blockBytes() / superblock.descriptorBytes();
        this.count = ceil(superblock.blocks() - superblock.firstDataBlock(), superblock.blocksPerGroup());
        this.tableBlocks = ceil(count, descriptorsPerBlock);
    }

    private static long ceil(long value, long unit) {
        return Sector.ceilDiv(value, unit);
    }

    long count() {
        return count;
    }

    long firstBlock(long group) {
        return superblock.firstDataBlock() + group * superblock.blocksPerGroup();
    }

    /** How many blocks the group has; the last one may have fewer. */
    int blocks(long group) {
        return (int) Math.min(superblock.blocksPerGroup(), superblock.blocks() - firstBlock(group));
    }

    /** How many blocks at the group's start hold superblock, descriptors and room for more descriptors. */
    long baseBlocks(long group) {
        long used = hasSuperblock(group) ? 1 : 0;
        if (group == 0 && superblock.firstDataBlock() == 0 && superblock.blockBytes() == 1024) {
            // The superblock is in block 1, and block 0 belongs to the boot loader.
            used++;
        }
        if (!inMetaGroup(group)) {
            long table = superblock.features().metaGroups()
                    ? Math.min(superblock.firstMetaGroup(), tableBlocks)
                    : tableBlocks;
            return hasSuperblock(group) ? used + table + superblock.reservedTableBlocks() : used;
        }
        long place = group % descriptorsPerBlock;
        return place == 0 || place == 1 || place == descriptorsPerBlock - 1 ? used + 1 : used;
    }

    private boolean inMetaGroup(long group) {
        return superblock.features().metaGroups() && group / descriptorsPerBlock >= superblock.firstMetaGroup();
    }

    private boolean hasSuperblock(long group) {
        if (group == 0) {
            return true;
        }
        if (superblock.features().sparseSuper2()) {
            return group == superblock.backupGroup1() || group == superblock.backupGroup2();
        }
        if (group == 1 || !superblock.features().sparseSuper()) {
            return true;
        }
        return isPowerOf(3, group) || isPowerOf(5, group) || isPowerOf(7, group);
    }

    private static boolean isPowerOf(int base, long value) {
        long power = base;
        while (power < value) {
            power *= base;
        }
        return power == value;
    }

    /** The descriptor of a group, its checksum proved if it has one. */
    ExtDescriptor descriptor(long group) throws IOException {
        long block = descriptorBlock(group);
        if (block != cachedBlock) {
            cache = window.read(block * superblock.blockBytes(), superblock.blockBytes(), ByteOrder.LITTLE_ENDIAN);
            cachedBlock = block;
        }
        int at = (int) (group % descriptorsPerBlock) * superblock.descriptorBytes();
        ByteBuffer bytes = cache.slice(at, superblock.descriptorBytes()).order(ByteOrder.LITTLE_ENDIAN);
        return ExtDescriptor.parse(window, superblock, group, bytes, block * superblock.blockBytes() + at);
    }

    private long descriptorBlock(long group) {
        long index = group / descriptorsPerBlock;
        if (!inMetaGroup(group)) {
            return 1024 / superblock.blockBytes() + 1 + index;
        }
        long home = index * descriptorsPerBlock;
        long behindSuperblock = hasSuperblock(home) ? 1 : 0;
        if (home == 0 && superblock.firstDataBlock() == 0 && superblock.blockBytes() == 1024) {
            behindSuperblock++;
        }
        return firstBlock(home) + behindSuperblock;
    }
}
