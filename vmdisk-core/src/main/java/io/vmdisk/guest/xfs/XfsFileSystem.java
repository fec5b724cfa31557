package io.vmdisk.guest.xfs;

import io.vmdisk.Sector;
import io.vmdisk.guest.FileSystemFacts;
import io.vmdisk.guest.FileSystemReader;
import io.vmdisk.guest.FreeRuns;
import io.vmdisk.guest.FreeSink;
import io.vmdisk.guest.GuestWindow;
import java.io.IOException;

/**
 * The free space of XFS, one allocation group after the other.
 *
 * <p>What proves a group: both trees list the same extents, as many blocks as its header counts, none of them under the
 * group's headers or the log; from version 5 on checksums everywhere. What proves the whole: a clean log and the count
 * in the superblock. The few blocks of the free lists, set aside for the trees, are not named.
 */
public final class XfsFileSystem implements FileSystemReader {
    private final GuestWindow window;
    private final XfsSuperblock superblock;
    private final FileSystemFacts facts;

    private XfsFileSystem(GuestWindow window, XfsSuperblock superblock) {
        this.window = window;
        this.superblock = superblock;
        this.facts = new FileSystemFacts(
                "xfs", superblock.label(), superblock.blockBytes(), superblock.blocks() * superblock.blockBytes());
    }

    public static XfsFileSystem open(GuestWindow window) throws IOException {
        XfsSuperblock superblock = XfsSuperblock.parse(window);
        XfsLog.requireClean(window, superblock);
        return new XfsFileSystem(window, superblock);
    }

    @Override
    public FileSystemFacts facts() {
        return facts;
    }

    @Override
    public long walk(FreeSink sink) throws IOException {
        FreeRuns runs = new FreeRuns(window, 0, superblock.blockBytes(), superblock.blocks(), sink);
        long counted = 0;
        for (int number = 0; number < superblock.groups(); number++) {
            XfsGroup group = XfsGroup.parse(window, superblock, number);
            Tally bySize = new Tally();
            XfsFreeTree sizes = new XfsFreeTree(window, superblock, group, XfsFreeTree.Order.BY_SIZE);
            sizes.walk(bySize::add);
            Tally byStart = new Tally();
            XfsFreeTree starts = new XfsFreeTree(window, superblock, group, XfsFreeTree.Order.BY_START);
            starts.walk((start, count) -> {
                requireNotReserved(group, start, count);
                byStart.add(start, count);
                runs.add((long) group.number() * superblock.groupBlocks() + start, count);
            });
            requireSame(group, byStart, bySize);
            requireTreeBlocks(group, starts.blocksRead() + sizes.blocksRead());
            counted += group.freeBlocks() + group.listedBlocks();
            counted += superblock.countsTreeBlocks() ? group.treeBlocks() : 0;
        }
        if (counted != superblock.freeBlocks()) {
            throw window.malformed(
                    "xfs-count",
                    144,
                    "the superblock counts " + superblock.freeBlocks() + " free blocks, the allocation groups "
                            + counted);
        }
        runs.finish();
        return runs.total() * superblock.blockBytes();
    }

    private void requireNotReserved(XfsGroup group, long start, long count) throws IOException {
        long headerBlocks = Sector.ceilDiv(4L * superblock.sectorBytes(), superblock.blockBytes());
        boolean onLog = group.number() == superblock.logGroup()
                && start < superblock.logGroupBlock() + superblock.logBlocks()
                && superblock.logGroupBlock() < start + count;
        if (start < headerBlocks || onLog) {
            throw window.malformed(
                    "xfs-tree",
                    superblock.byteOf(group.number(), start),
                    "allocation group " + group.number() + " calls blocks " + start + " to " + (start + count - 1)
                            + " free, which hold its headers or the log");
        }
    }

    private void requireSame(XfsGroup group, Tally byStart, Tally bySize) throws IOException {
        if (!byStart.equalTo(bySize) || byStart.blocks != group.freeBlocks()) {
            throw window.malformed(
                    "xfs-count",
                    superblock.byteOf(group.number(), 0) + superblock.sectorBytes(),
                    "allocation group " + group.number() + " counts " + group.freeBlocks()
                            + " free blocks, its trees list " + byStart.blocks + " and " + bySize.blocks);
        }
    }

    /** The header counts the blocks of the trees without their roots; other trees are in the sum too. */
    private void requireTreeBlocks(XfsGroup group, long read) throws IOException {
        if (superblock.countsTreeBlocks() && read - 2 > group.treeBlocks()) {
            throw window.malformed(
                    "xfs-count",
                    superblock.byteOf(group.number(), 0) + superblock.sectorBytes(),
                    "allocation group " + group.number() + " counts " + group.treeBlocks()
                            + " blocks of trees beyond the roots, found " + (read - 2));
        }
    }

    /** Sums extents so that two lists of the same ones, in whatever order, come out equal. */
    private static final class Tally {
        private long extents;
        private long blocks;
        private long mixed;

        void add(long start, long count) {
            extents++;
            blocks += count;
            long hash = ((start << 32) | count) * 0x9E3779B97F4A7C15L;
            mixed += (hash ^ (hash >>> 29)) * 0xBF58476D1CE4E5B9L;
        }

        boolean equalTo(Tally other) {
            return extents == other.extents && blocks == other.blocks && mixed == other.mixed;
        }
    }
}
