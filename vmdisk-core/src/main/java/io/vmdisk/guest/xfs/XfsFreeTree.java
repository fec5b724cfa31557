package io.vmdisk.guest.xfs;

import io.vmdisk.guest.GuestWindow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One of the two trees of free extents of an allocation group, read from left to right.
 *
 * <p>Every block must carry the right mark, level, place, owner and checksum, and hold at least one record; records must
 * ascend over the whole tree. So a crafted tree that leads in circles ends at the first record it repeats. Memory: one
 * block per level.
 */
final class XfsFreeTree {
    private final GuestWindow window;
    private final XfsSuperblock superblock;
    private final XfsGroup group;
    private final Order order;
    private long lastStart = -1;
    private long lastCount = -1;
    private long blocksRead;

    /** How the records of the tree ascend. */
    enum Order {
        BY_START(0x41425442, 0x41423342), // "ABTB", "AB3B"
        BY_SIZE(0x41425443, 0x41423343); // "ABTC", "AB3C"

        private final int magic4;
        private final int magic5;

        Order(int magic4, int magic5) {
            this.magic4 = magic4;
            this.magic5 = magic5;
        }
    }

    XfsFreeTree(GuestWindow window, XfsSuperblock superblock, XfsGroup group, Order order) {
        this.window = window;
        this.superblock = superblock;
        this.group = group;
        this.order = order;
    }

    /** How many blocks the tree takes, its root included. */
    long blocksRead() {
        return blocksRead;
    }

    /** Receives one free extent, in blocks of the group. */
    interface ExtentVisitor {
        void extent(long start, long count) throws IOException;
    }

    void walk(ExtentVisitor visitor) throws IOException {
        boolean byStart = order == Order.BY_START;
        int levels = byStart ? group.byStartLevels() : group.bySizeLevels();
        visit(byStart ? group.byStart() : group.bySize(), levels - 1, levels - 1, visitor);
    }

    private void visit(long block, int level, int rootLevel, ExtentVisitor visitor) throws IOException {
        long at = superblock.byteOf(group.number(), block);
        if (block < 1 || block >= group.blocks() || ++blocksRead > group.blocks()) {
            throw malformed(at, "leads to block " + block + " of " + group.blocks());
        }
        ByteBuffer b = window.read(at, superblock.blockBytes(), ByteOrder.BIG_ENDIAN);
        int headerBytes = requireHeader(b, at, block, level);
        int records = b.getShort(6) & 0xFFFF;
        int maximum = (superblock.blockBytes() - headerBytes) / (level == 0 ? 8 : 12);
        if (records > maximum || (records < 1 && (level > 0 || rootLevel > 0))) {
            throw malformed(at, "has a block with " + records + " records");
        }
        for (int i = 0; i < records; i++) {
            int key = headerBytes + i * 8;
            if (level == 0) {
                leafRecord(at, unsigned(b, key), unsigned(b, key + 4), visitor);
            } else {
                visit(unsigned(b, headerBytes + maximum * 8 + i * 4), level - 1, rootLevel, visitor);
            }
        }
    }

    private void leafRecord(long at, long start, long count, ExtentVisitor visitor) throws IOException {
        boolean ascends = order == Order.BY_START
                ? start > lastStart
                : count > lastCount || (count == lastCount && start > lastStart);
        if (!ascends || count < 1 || start + count > group.blocks()) {
            throw malformed(at, "lists blocks " + start + " to " + (start + count - 1) + " out of order or bounds");
        }
        lastStart = start;
        lastCount = count;
        visitor.extent(start, count);
    }

    /** How many bytes the header takes. */
    private int requireHeader(ByteBuffer b, long at, long block, int level) throws IOException {
        boolean isVersion5 = superblock.version() == 5;
        if (b.getInt(0) != (isVersion5 ? order.magic5 : order.magic4) || (b.getShort(4) & 0xFFFF) != level) {
            throw malformed(at, "leads to a block that is none of its level " + level);
        }
        if (!isVersion5) {
            return 16;
        }
        if (b.getLong(16) != at / 512
                || b.getInt(48) != group.number()
                || !b.slice(32, 16).equals(superblock.metadataUuid())) {
            throw malformed(at, "leads to block " + block + ", which says that it belongs elsewhere");
        }
        XfsBlock.requireChecksum(window, at, b, 52);
        return 56;
    }

    private static long unsigned(ByteBuffer b, int at) {
        return b.getInt(at) & 0xFFFFFFFFL;
    }

    private IOException malformed(long at, String problem) {
        return window.malformed(
                "xfs-tree", at, "the free space of allocation group " + group.number() + ": the tree " + problem);
    }
}
