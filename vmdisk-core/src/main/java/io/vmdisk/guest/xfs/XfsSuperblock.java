package io.vmdisk.guest.xfs;

import io.vmdisk.Sector;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.guest.GuestText;
import io.vmdisk.guest.GuestWindow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The superblock of XFS, the first sector; all numbers are big-endian except checksums.
 *
 * <p>{@link #parse} checks version, features, sizes and, from version 5 on, the checksum.
 */
public record XfsSuperblock(
        int version,
        String label,
        int blockBytes,
        int sectorBytes,
        long blocks,
        int groupBlocks,
        int groupBlocksLog,
        int groups,
        long freeBlocks,
        long logStart,
        int logBlocks,
        boolean countsTreeBlocks,
        ByteBuffer metadataUuid) {
    private static final int MAGIC = 0x58465342; // "XFSB"
    private static final int CRC_AT = 224;
    private static final int MIN_SECTOR = 512;
    private static final int MAX_SECTOR = 32768;
    private static final int MAX_BLOCK = 65536;
    /** The smallest allocation group mkfs makes has 16 MiB; the kernel accepts 64 blocks. */
    private static final int MIN_GROUP_BLOCKS = 64;

    private static final int META_UUID = 0x4;
    private static final int MORE_FEATURES = 0x8000;
    private static final int LAZY_COUNT = 0x2;
    private static final int SHARED_READ_ONLY = 0x0200;
    private static final int DIRECTORIES_V2 = 0x2000;

    /** finobt, rmapbt, reflink, inobtcount: all of them take their blocks through the free-space trees. */
    private static final int KNOWN_READ_ONLY = 0xF;
    /** ftype, sparse inodes, metadata UUID, bigtime, large extent counters, exchange-range, parent pointers. */
    private static final int KNOWN_INCOMPATIBLE = 0x1 | 0x2 | META_UUID | 0x8 | 0x20 | 0x40 | 0x80;

    private static final int NEEDS_REPAIR = 0x10;

    public static boolean recognises(GuestWindow window) throws IOException {
        return window.has(0, MIN_SECTOR)
                && window.read(0, 4, ByteOrder.BIG_ENDIAN).getInt(0) == MAGIC;
    }

    static XfsSuperblock parse(GuestWindow window) throws IOException {
        ByteBuffer b = window.read(0, MIN_SECTOR, ByteOrder.BIG_ENDIAN);
        int version = b.getShort(100) & 0xF;
        if (version != 4 && version != 5) {
            throw new UnsupportedFeatureException(
                    "guest-xfs-version", null, "XFS version " + version + ", versions 4 and 5 are handled");
        }
        int sectorBytes = b.getShort(102) & 0xFFFF;
        require(
                window,
                102,
                sectorBytes,
                sectorBytes >= MIN_SECTOR && sectorBytes <= MAX_SECTOR && Integer.bitCount(sectorBytes) == 1,
                "sector size");
        if (version == 5) {
            XfsBlock.requireChecksum(window, 0, window.read(0, sectorBytes, ByteOrder.BIG_ENDIAN), CRC_AT);
        }
        requireKnownFeatures(b, version);
        int blockBytes = b.getInt(4);
        long blocks = b.getLong(8);
        long groupBlocks = unsigned(b, 84);
        long groups = unsigned(b, 88);
        int groupBlocksLog = b.get(124);
        long logBlocks = unsigned(b, 96);
        long freeBlocks = b.getLong(144);
        require(
                window,
                4,
                blockBytes,
                blockBytes >= sectorBytes && blockBytes <= MAX_BLOCK && Integer.bitCount(blockBytes) == 1,
                "block size");
        require(window, 8, blocks, blocks > 0 && blocks <= window.size() / blockBytes, "block count");
        require(
                window,
                84,
                groupBlocks,
                groupBlocks >= MIN_GROUP_BLOCKS && groupBlocks <= Integer.MAX_VALUE,
                "blocks per allocation group");
        require(
                window,
                124,
                groupBlocksLog,
                groupBlocksLog >= 6 && groupBlocksLog <= 31 && groupBlocks <= 1L << groupBlocksLog,
                "logarithm of the blocks per allocation group");
        require(window, 88, groups, groups == Sector.ceilDiv(blocks, groupBlocks), "number of allocation groups");
        require(window, 144, freeBlocks, freeBlocks >= 0 && freeBlocks <= blocks, "count of free blocks");
        require(window, 96, logBlocks, logBlocks >= 1 && logBlocks <= blocks, "log size");
        return new XfsSuperblock(
                version,
                GuestText.zeroEnded(b, 108, 12),
                blockBytes,
                sectorBytes,
                blocks,
                (int) groupBlocks,
                groupBlocksLog,
                (int) groups,
                freeBlocks,
                b.getLong(48),
                (int) logBlocks,
                version == 5 || ((b.getShort(100) & MORE_FEATURES) != 0 && (b.getInt(200) & LAZY_COUNT) != 0),
                b.slice(version == 5 && (b.getInt(216) & META_UUID) != 0 ? 248 : 32, 16));
    }

    private static void requireKnownFeatures(ByteBuffer b, int version) throws IOException {
        if (b.get(126) != 0) {
            throw new UnsafeStateException(
                    "guest-dirty", null, "the XFS file system is being made or grown", "let it finish in the guest");
        }
        int flags = b.getShort(100) & 0xFFFF;
        if ((flags & SHARED_READ_ONLY) != 0 || (flags & DIRECTORIES_V2) == 0) {
            throw new UnsupportedFeatureException(
                    "guest-xfs-features", null, String.format("XFS version flags %#x are not handled", flags));
        }
        if (version == 4) {
            return;
        }
        if ((b.getInt(216) & NEEDS_REPAIR) != 0) {
            throw new UnsafeStateException(
                    "guest-damaged", null, "the XFS file system is marked as needing repair", "run xfs_repair");
        }
        int unknownReadOnly = b.getInt(212) & ~KNOWN_READ_ONLY;
        int unknownIncompatible = b.getInt(216) & ~KNOWN_INCOMPATIBLE;
        if (unknownReadOnly != 0 || unknownIncompatible != 0) {
            throw new UnsupportedFeatureException(
                    "guest-xfs-features",
                    null,
                    String.format(
                            "XFS features that are not handled: incompatible %#x, read-only %#x",
                            unknownIncompatible, unknownReadOnly));
        }
        if (b.getInt(220) != 0) {
            throw new UnsafeStateException(
                    "guest-dirty",
                    null,
                    String.format(
                            "the log of the XFS file system uses features %#x, so it is not clean", b.getInt(220)),
                    "mount and unmount it in the guest");
        }
    }

    private static long unsigned(ByteBuffer b, int at) {
        return b.getInt(at) & 0xFFFFFFFFL;
    }

    private static void require(GuestWindow window, int offset, long found, boolean fine, String what)
            throws IOException {
        if (!fine) {
            throw window.malformed(
                    "xfs-superblock", offset, "the " + what + " in the XFS superblock can't be " + found);
        }
    }

    /** How many blocks the allocation group has; the last one may have fewer. */
    int blocksOf(int group) {
        return (int) Math.min(groupBlocks, blocks - (long) group * groupBlocks);
    }

    /** Where a block of an allocation group lies in the window. */
    long byteOf(int group, long block) {
        return ((long) group * groupBlocks + block) * blockBytes;
    }

    /** The group of the log, whose position is a file-system block number: group and block in one. */
    int logGroup() {
        return (int) Math.min(Integer.MAX_VALUE, logStart >>> groupBlocksLog);
    }

    long logGroupBlock() {
        return logStart & ((1L << groupBlocksLog) - 1);
    }
}
