package io.vmdisk.guest.ext;

import io.vmdisk.UnsafeStateException;
import io.vmdisk.guest.GuestText;
import io.vmdisk.guest.GuestWindow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The superblock of ext2, ext3 and ext4, at byte 1024.
 *
 * <p>{@link #parse} checks the shape: sizes in their limits and fitting each other and the partition, the checksum if
 * there is one. {@link #requireClean} checks the state.
 */
public record ExtSuperblock(
        ExtFeatures features,
        String label,
        int blockBytes,
        int clusterBlocks,
        long blocks,
        long freeBlocks,
        int firstDataBlock,
        int blocksPerGroup,
        int inodesPerGroup,
        int inodeBytes,
        int reservedTableBlocks,
        int descriptorBytes,
        long firstMetaGroup,
        long backupGroup1,
        long backupGroup2,
        int checksumSeed,
        ByteBuffer uuid,
        int state,
        long lastOrphan,
        long mmpBlock) {
    static final int AT = 1024;
    static final int BYTES = 1024;
    private static final short MAGIC = (short) 0xEF53;
    private static final int MAX_LOG_BLOCK = 6;
    private static final int VALID = 1;
    private static final int HAS_ERRORS = 2;
    private static final int CRC32C = 1;
    private static final int MMP_MAGIC = 0x004D4D50;
    private static final int MMP_CLEAN = 0xFF4D4D50;

    /** The magic number has two bytes only, so some fields next to it must make sense as well. */
    public static boolean recognises(GuestWindow window) throws IOException {
        if (!window.has(AT, BYTES)) {
            return false;
        }
        ByteBuffer b = window.read(AT, BYTES, ByteOrder.LITTLE_ENDIAN);
        return b.getShort(0x38) == MAGIC
                && Integer.compareUnsigned(b.getInt(0x18), MAX_LOG_BLOCK) <= 0
                && b.getInt(0x4) != 0
                && b.getInt(0x20) != 0
                && Integer.compareUnsigned(b.getInt(0x4C), 1) <= 0;
    }

    static ExtSuperblock parse(GuestWindow window) throws IOException {
        ByteBuffer b = window.read(AT, BYTES, ByteOrder.LITTLE_ENDIAN);
        boolean dynamic = b.getInt(0x4C) == 1;
        ExtFeatures features =
                dynamic ? new ExtFeatures(b.getInt(0x5C), b.getInt(0x60), b.getInt(0x64)) : new ExtFeatures(0, 0, 0);
        features.requireKnown();
        requireChecksum(window, features, b);
        int blockBytes = 1024 << b.getInt(0x18);
        int clusterBlocks = clusterBlocks(window, features, b);
        long high = features.bits64() ? 1L << 32 : 0;
        long blocks = unsigned(b, 0x4) + high * unsigned(b, 0x150);
        long freeBlocks = unsigned(b, 0xC) + high * unsigned(b, 0x158);
        long groupBlocks = unsigned(b, 0x20);
        long firstDataBlock = unsigned(b, 0x14);
        long inodesPerGroup = unsigned(b, 0x28);
        int inodeBytes = dynamic ? b.getShort(0x58) & 0xFFFF : 128;
        int descriptorBytes = features.bits64() ? b.getShort(0xFE) & 0xFFFF : 32;

        require(window, 0x4, blocks, blocks > firstDataBlock && blocks <= window.size() / blockBytes, "block count");
        require(window, 0xC, freeBlocks, freeBlocks >= 0 && freeBlocks <= blocks, "count of free blocks");
        require(
                window,
                0x20,
                groupBlocks,
                groupBlocks >= 256
                        && groupBlocks <= 1 << 30
                        && groupBlocks % (8L * clusterBlocks) == 0
                        && groupBlocks <= 8L * blockBytes * clusterBlocks,
                "blocks per group");
        require(
                window,
                0x14,
                firstDataBlock,
                firstDataBlock == (blockBytes == 1024 && clusterBlocks == 1 && !features.bigAlloc() ? 1 : 0),
                "first data block");
        require(
                window,
                0x28,
                inodesPerGroup,
                inodesPerGroup >= 1 && inodesPerGroup <= 8L * blockBytes,
                "inodes per group");
        require(
                window,
                0x58,
                inodeBytes,
                inodeBytes >= 128 && inodeBytes <= blockBytes && Integer.bitCount(inodeBytes) == 1,
                "inode size");
        require(
                window,
                0xFE,
                descriptorBytes,
                descriptorBytes >= (features.bits64() ? 64 : 32)
                        && descriptorBytes <= 1024
                        && Integer.bitCount(descriptorBytes) == 1,
                "descriptor size");
        require(window, 0x4, blocks, blocks % clusterBlocks == 0, "block count, a multiple of the cluster size,");
        return new ExtSuperblock(
                features,
                GuestText.zeroEnded(b, 0x78, 16),
                blockBytes,
                clusterBlocks,
                blocks,
                freeBlocks,
                (int) firstDataBlock,
                (int) groupBlocks,
                (int) inodesPerGroup,
                inodeBytes,
                b.getShort(0xCE) & 0xFFFF,
                descriptorBytes,
                unsigned(b, 0x104),
                unsigned(b, 0x24C),
                unsigned(b, 0x250),
                features.checksumSeed()
                        ? b.getInt(0x270)
                        : ExtChecksum.unseeded().add(b.slice(0x68, 16)).value(),
                b.slice(0x68, 16),
                b.getShort(0x3A),
                unsigned(b, 0xE8),
                b.getLong(0x168));
    }

    private static int clusterBlocks(GuestWindow window, ExtFeatures features, ByteBuffer b) throws IOException {
        if (!features.bigAlloc()) {
            return 1;
        }
        long shift = unsigned(b, 0x1C) - unsigned(b, 0x18);
        long clusters = unsigned(b, 0x24);
        require(window, 0x1C, shift, shift >= 0 && shift <= 16, "cluster size exponent above the block's");
        require(window, 0x24, clusters, clusters << shift == unsigned(b, 0x20), "clusters per group");
        return 1 << shift;
    }

    private static void requireChecksum(GuestWindow window, ExtFeatures features, ByteBuffer b) throws IOException {
        if (!features.metadataChecksums()) {
            return;
        }
        require(window, 0x175, b.get(0x175), b.get(0x175) == CRC32C, "checksum type");
        int actual = ExtChecksum.unseeded().add(b.slice(0, 0x3FC)).value();
        require(window, 0x3FC, unsigned(b, 0x3FC), b.getInt(0x3FC) == actual, "checksum");
    }

    private static void require(GuestWindow window, int offset, long found, boolean fine, String what)
            throws IOException {
        if (!fine) {
            throw window.malformed(
                    "ext-superblock", AT + offset, "the " + what + " in the ext superblock can't be " + found);
        }
    }

    private static long unsigned(ByteBuffer b, int at) {
        return b.getInt(at) & 0xFFFFFFFFL;
    }

    /** Refuses a file system that is mounted, was not unmounted, or is known to be damaged. */
    void requireClean(GuestWindow window) throws IOException {
        if (features.needsRecovery()) {
            throw dirty("its journal has not been replayed");
        }
        if ((state & VALID) == 0) {
            throw dirty("it is mounted or was not unmounted");
        }
        if ((state & HAS_ERRORS) != 0) {
            throw dirty("the guest found errors in it");
        }
        if ((state & ~(VALID | HAS_ERRORS)) != 0) {
            throw dirty(String.format("its state word is %#x", state & 0xFFFF));
        }
        if (lastOrphan != 0 || features.orphansPresent()) {
            throw dirty("deletions are not finished (orphaned inodes)");
        }
        if (features.multipleMountProtection()) {
            requireNotInUse(window);
        }
    }

    private void requireNotInUse(GuestWindow window) throws IOException {
        require(window, 0x168, mmpBlock, mmpBlock > firstDataBlock && mmpBlock < blocks, "MMP block");
        ByteBuffer mmp = window.read(mmpBlock * blockBytes, 1024, ByteOrder.LITTLE_ENDIAN);
        if (mmp.getInt(0) != MMP_MAGIC) {
            throw window.malformed("ext-mmp", mmpBlock * blockBytes, "the multiple mount protection block has no mark");
        }
        if (mmp.getInt(4) != MMP_CLEAN) {
            throw dirty("a machine has it mounted, or a check is running (multiple mount protection)");
        }
    }

    private UnsafeStateException dirty(String why) {
        return new UnsafeStateException(
                "guest-dirty",
                null,
                "the " + features.typeName() + " file system is not clean: " + why,
                "mount and unmount it in the guest, or run e2fsck -f there");
    }
}
