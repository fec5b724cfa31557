package io.vmdisk.guest.xfs;

import io.vmdisk.Sector;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.guest.GuestWindow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The journal of XFS: a ring of 512-byte blocks, each stamped with the number of the round in which it was written.
 *
 * <p>Clean is a ring whose stamps show one single seam and whose last record, the one that ends at the seam, is the
 * note of an unmount; or one that was never written. Everything else (a mounted, crashed or frozen file system, a torn
 * write) is refused: what the log still holds may allocate blocks that the trees call free.
 */
final class XfsLog {
    private static final int BLOCK = 512;
    private static final int RECORD_MAGIC = 0xFEEDBABE;
    private static final int CHUNK_BYTES = 1 << 20;
    private static final int UNMOUNT = 0x20;
    private static final int HEADER_COVERS_BYTES = 32 << 10;
    /** No record is longer: 256 KiB of data and eight headers. */
    private static final int MAX_RECORD_BLOCKS = (256 << 10) / BLOCK + 8;

    private final GuestWindow window;
    private final long at;
    private final long blocks;

    private XfsLog(GuestWindow window, long at, long blocks) {
        this.window = window;
        this.at = at;
        this.blocks = blocks;
    }

    static void requireClean(GuestWindow window, XfsSuperblock superblock) throws IOException {
        if (superblock.logStart() == 0) {
            throw new UnsupportedFeatureException(
                    "guest-xfs-external-log", null, "the log of the XFS file system is on another device");
        }
        int group = superblock.logGroup();
        long block = superblock.logGroupBlock();
        if (superblock.logStart() < 0
                || group >= superblock.groups()
                || block + superblock.logBlocks() > superblock.blocksOf(group)) {
            throw window.malformed("xfs-log", 48, "the log lies outside its allocation group");
        }
        long blocks = (long) superblock.logBlocks() * superblock.blockBytes() / BLOCK;
        new XfsLog(window, superblock.byteOf(group, block), blocks).requireClean();
    }

    private void requireClean() throws IOException {
        long head = findSeam();
        if (head < 0) {
            return;
        }
        for (long back = 1; back <= Math.min(MAX_RECORD_BLOCKS, blocks); back++) {
            long block = Math.floorMod(head - back, blocks);
            ByteBuffer header = read(block);
            if (header.getInt(0) == RECORD_MAGIC) {
                requireUnmount(header, block, back);
                return;
            }
        }
        throw dirty("it holds no record before block " + head);
    }

    /** The block behind the newest one, or -1 if nothing was ever written. */
    private long findSeam() throws IOException {
        int newest = 0;
        int expected = 0;
        long seam = 0;
        for (long block = 0; block < blocks; ) {
            int count = (int) Math.min(CHUNK_BYTES / BLOCK, blocks - block);
            ByteBuffer chunk = window.read(at + block * BLOCK, count * BLOCK, ByteOrder.BIG_ENDIAN);
            for (int i = 0; i < count; i++, block++) {
                int first = chunk.getInt(i * BLOCK);
                int round = first == RECORD_MAGIC ? chunk.getInt(i * BLOCK + 4) : first;
                if (block == 0) {
                    newest = round;
                    expected = round;
                } else if (round != expected) {
                    if (seam != 0 || round != newest - 1) {
                        throw dirty("block " + block + " is of round " + round + ", expected " + expected);
                    }
                    seam = block;
                    expected = round;
                }
            }
        }
        return newest == 0 && seam == 0 ? -1 : seam;
    }

    private void requireUnmount(ByteBuffer header, long block, long distance) throws IOException {
        int version = header.getInt(8);
        long dataBytes = header.getInt(12) & 0xFFFFFFFFL;
        long bufferBytes = header.getInt(320) & 0xFFFFFFFFL;
        long headerBlocks = (version & 2) != 0 && bufferBytes > HEADER_COVERS_BYTES
                ? Sector.ceilDiv(bufferBytes, HEADER_COVERS_BYTES)
                : 1;
        long recordBlocks = headerBlocks + Sector.ceilDiv(dataBytes, BLOCK);
        if (header.getInt(40) != 1 || recordBlocks != distance) {
            throw dirty("its last record is not the note of an unmount");
        }
        ByteBuffer operation = read(Math.floorMod(block + headerBlocks, blocks));
        if ((operation.get(9) & UNMOUNT) == 0) {
            throw dirty("its last record is not the note of an unmount");
        }
    }

    private ByteBuffer read(long block) throws IOException {
        return window.read(at + block * BLOCK, BLOCK, ByteOrder.BIG_ENDIAN);
    }

    private static UnsafeStateException dirty(String why) {
        return new UnsafeStateException(
                "guest-dirty",
                null,
                "the log of the XFS file system is not clean: " + why,
                "mount and unmount it in the guest, or run xfs_repair there");
    }
}
