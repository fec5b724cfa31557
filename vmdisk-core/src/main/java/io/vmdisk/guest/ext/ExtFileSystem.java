package io.vmdisk.guest.ext;

import io.vmdisk.guest.FileSystemFacts;
import io.vmdisk.guest.FileSystemReader;
import io.vmdisk.guest.FreeRuns;
import io.vmdisk.guest.FreeSink;
import io.vmdisk.guest.GuestWindow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The free space of ext2, ext3 and ext4, one block group after the other.
 *
 * <p>What proves a group: the checksums of descriptor and bitmap where the file system has them, the count of free
 * clusters in the descriptor, and that the bitmap marks the group's own metadata as used. What proves the whole: the sum
 * against the superblock. Holds one bitmap (a block) at a time.
 */
public final class ExtFileSystem implements FileSystemReader {
    private final GuestWindow window;
    private final ExtSuperblock superblock;
    private final FileSystemFacts facts;

    private ExtFileSystem(GuestWindow window, ExtSuperblock superblock) {
        this.window = window;
        this.superblock = superblock;
        this.facts = new FileSystemFacts(
                superblock.features().typeName(),
                superblock.label(),
                (long) superblock.blockBytes() * superblock.clusterBlocks(),
                superblock.blocks() * superblock.blockBytes());
    }

    public static ExtFileSystem open(GuestWindow window) throws IOException {
        ExtSuperblock superblock = ExtSuperblock.parse(window);
        superblock.requireClean(window);
        return new ExtFileSystem(window, superblock);
    }

    @Override
    public FileSystemFacts facts() {
        return facts;
    }

    @Override
    public long walk(FreeSink sink) throws IOException {
        ExtGroups groups = new ExtGroups(window, superblock);
        long clusterBytes = facts.blockBytes();
        long clusters = (superblock.blocks() - superblock.firstDataBlock()) / superblock.clusterBlocks();
        long firstByte = (long) superblock.firstDataBlock() * superblock.blockBytes();
        FreeRuns runs = new FreeRuns(window, firstByte, clusterBytes, clusters, sink);
        for (long group = 0; group < groups.count(); group++) {
            walkGroup(groups, group, runs);
        }
        long freeBlocks = runs.total() * superblock.clusterBlocks();
        if (freeBlocks != superblock.freeBlocks()) {
            throw window.malformed(
                    "ext-count",
                    ExtSuperblock.AT,
                    "the superblock counts " + superblock.freeBlocks() + " free blocks, the groups " + freeBlocks);
        }
        runs.finish();
        return runs.total() * clusterBytes;
    }

    private void walkGroup(ExtGroups groups, long group, FreeRuns runs) throws IOException {
        ExtDescriptor descriptor = groups.descriptor(group);
        int clusters = groups.blocks(group) / superblock.clusterBlocks();
        ByteBuffer bitmap = descriptor.bitmapUnused()
                ? ByteBuffer.allocate(superblock.blockBytes())
                : readBitmap(descriptor, group);
        GroupMetadata metadata = new GroupMetadata(groups, group, bitmap);
        metadata.mark(groups.firstBlock(group), groups.baseBlocks(group));
        metadata.mark(descriptor.blockBitmap(), 1);
        metadata.mark(descriptor.inodeBitmap(), 1);
        long inodeTableBlocks =
                ((long) superblock.inodesPerGroup() * superblock.inodeBytes() + superblock.blockBytes() - 1)
                        / superblock.blockBytes();
        metadata.mark(descriptor.inodeTable(), inodeTableBlocks);
        if (metadata.found && !descriptor.bitmapUnused()) {
            throw window.malformed(
                    "ext-bitmap",
                    descriptor.blockBitmap() * superblock.blockBytes(),
                    "the bitmap of block group " + group + " calls the group's own metadata free");
        }
        long free =
                runs.addZeroBits(bitmap, clusters, group * (superblock.blocksPerGroup() / superblock.clusterBlocks()));
        if (free != descriptor.freeClusters()) {
            throw window.malformed(
                    "ext-count",
                    descriptor.at(),
                    "block group " + group + " counts " + descriptor.freeClusters() + " free clusters, its bitmap "
                            + free);
        }
    }

    private ByteBuffer readBitmap(ExtDescriptor descriptor, long group) throws IOException {
        long at = descriptor.blockBitmap() * superblock.blockBytes();
        ByteBuffer bitmap = window.read(at, superblock.blockBytes(), ByteOrder.LITTLE_ENDIAN);
        if (superblock.features().metadataChecksums()) {
            int bytes = superblock.blocksPerGroup() / superblock.clusterBlocks() / 8;
            int actual = ExtChecksum.seeded(superblock.checksumSeed())
                    .add(bitmap.slice(0, bytes))
                    .value();
            int mask = superblock.descriptorBytes() >= 64 ? -1 : 0xFFFF;
            if ((actual & mask) != descriptor.bitmapChecksum()) {
                throw window.malformed(
                        "ext-bitmap", at, "the checksum of the bitmap of block group " + group + " is wrong");
            }
        }
        return bitmap;
    }

    /** Marks the metadata of a group in its bitmap and notes whether any of it was free before. */
    private final class GroupMetadata {
        private final long firstBlock;
        private final long endBlock;
        private final ByteBuffer bitmap;
        private boolean found;

        GroupMetadata(ExtGroups groups, long group, ByteBuffer bitmap) {
            this.firstBlock = groups.firstBlock(group);
            this.endBlock = firstBlock + groups.blocks(group);
            this.bitmap = bitmap;
        }

        /** Blocks outside the group are not its business: flexible groups keep their metadata together elsewhere. */
        void mark(long start, long count) {
            long end = Math.min(endBlock, start + count);
            for (long block = Math.max(start, firstBlock); block < end; block++) {
                int bit = (int) ((block - firstBlock) / superblock.clusterBlocks());
                int before = bitmap.get(bit >>> 3);
                if ((before & (1 << (bit & 7))) == 0) {
                    found = true;
                    bitmap.put(bit >>> 3, (byte) (before | 1 << (bit & 7)));
                }
            }
        }
    }
}
