package io.vmdisk.guest.fat;

import io.vmdisk.Sector;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.guest.GuestText;
import io.vmdisk.guest.GuestWindow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The first sector of FAT12, FAT16 and FAT32: the sizes, from which the width of a table entry follows.
 *
 * @param bits 12, 16 or 32
 * @param clusterBytes the unit in which space is given out
 * @param clusters how many there are; they are numbered from 2
 * @param dataAt the byte at which cluster 2 begins
 * @param totalBytes how many bytes the file system covers
 * @param tableAt the byte at which the first table begins
 * @param tableBytes how many bytes a table takes
 * @param tables how many copies there are
 * @param activeTable the only one that is kept, or -1 if all are kept alike
 * @param media the byte that the first table entry repeats
 * @param rootCluster where the root directory begins; 0 if it has a place of its own
 */
public record FatBootSector(
        int bits,
        String label,
        int clusterBytes,
        long clusters,
        long dataAt,
        long totalBytes,
        long tableAt,
        long tableBytes,
        int tables,
        int activeTable,
        int media,
        long rootCluster) {
    private static final int BYTES = 512;
    private static final short MARK = (short) 0xAA55;
    private static final int MAX_CLUSTERS_12 = 4084;
    private static final int MAX_CLUSTERS_16 = 65524;
    private static final int MAX_CLUSTERS_32 = 0x0FFFFFF5;
    private static final int DIRTY_OR_BAD = 3;

    /** FAT has no magic number; what its fields may hold is narrow enough. */
    public static boolean recognises(GuestWindow window) throws IOException {
        if (!window.has(0, BYTES)) {
            return false;
        }
        ByteBuffer b = window.read(0, BYTES, ByteOrder.LITTLE_ENDIAN);
        int jump = b.get(0) & 0xFF;
        int sectorBytes = unsigned16(b, 11);
        int tables = b.get(16);
        int media = b.get(21) & 0xFF;
        return b.getShort(510) == MARK
                && (jump == 0xEB || jump == 0xE9)
                && isPower(sectorBytes)
                && sectorBytes >= 512
                && sectorBytes <= 4096
                && isPower(b.get(13) & 0xFF)
                && unsigned16(b, 14) > 0
                && (tables == 1 || tables == 2)
                && (media == 0xF0 || media >= 0xF8)
                && (unsigned16(b, 19) != 0 || b.getInt(32) != 0)
                && (unsigned16(b, 22) != 0 || b.getInt(36) != 0);
    }

    static FatBootSector parse(GuestWindow window) throws IOException {
        ByteBuffer b = window.read(0, BYTES, ByteOrder.LITTLE_ENDIAN);
        long sectorBytes = unsigned16(b, 11);
        long clusterSectors = b.get(13) & 0xFF;
        long reserved = unsigned16(b, 14);
        int tables = b.get(16);
        long rootEntries = unsigned16(b, 17);
        boolean wide = unsigned16(b, 22) == 0;
        long sectors = unsigned16(b, 19) != 0 ? unsigned16(b, 19) : unsigned32(b, 32);
        long tableSectors = wide ? unsigned32(b, 36) : unsigned16(b, 22);
        long rootSectors = Sector.ceilDiv(rootEntries * 32, sectorBytes);
        long dataSector = reserved + tables * tableSectors + rootSectors;
        require(window, 32, sectors, sectors > dataSector && sectors <= window.size() / sectorBytes, "size in sectors");
        require(window, 17, rootEntries, wide ? rootEntries == 0 : rootEntries > 0, "number of root entries");
        long clusters = (sectors - dataSector) / clusterSectors;
        int bits = wide ? 32 : clusters <= MAX_CLUSTERS_12 ? 12 : 16;
        require(
                window,
                13,
                clusters,
                clusters > 0 && clusters <= (wide ? MAX_CLUSTERS_32 : MAX_CLUSTERS_16),
                "clusters");
        long tableBytes = tableSectors * sectorBytes;
        require(window, 22, tableSectors, tableBytes >= ((clusters + 2) * bits + 7) / 8, "size of a table");
        long rootCluster = wide ? unsigned32(b, 44) : 0;
        int activeTable = -1;
        if (wide) {
            require(window, 44, rootCluster, rootCluster >= 2 && rootCluster < clusters + 2, "cluster of the root");
            if (b.getShort(42) != 0) {
                throw new UnsupportedFeatureException(
                        "guest-fat-version", null, "FAT32 of version " + unsigned16(b, 42) + ", only 0 is handled");
            }
            int flags = unsigned16(b, 40);
            activeTable = (flags & 0x80) != 0 ? flags & 0xF : -1;
            require(window, 40, flags, activeTable < tables, "number of the active table");
        }
        requireClean(b.get(wide ? 65 : 37));
        String label = b.get(wide ? 66 : 38) == 0x29 ? GuestText.padded(b, wide ? 71 : 43, 11) : "";
        return new FatBootSector(
                bits,
                label.equals("NO NAME") ? "" : label,
                (int) (clusterSectors * sectorBytes),
                clusters,
                dataSector * sectorBytes,
                sectors * sectorBytes,
                reserved * sectorBytes,
                tableBytes,
                tables,
                activeTable,
                b.get(21) & 0xFF,
                rootCluster);
    }

    /** Windows NT and Linux keep two bits here: not unmounted, and the surface needs a test. */
    private static void requireClean(byte state) throws UnsafeStateException {
        if ((state & DIRTY_OR_BAD) != 0) {
            throw dirty("the boot sector says so");
        }
    }

    static UnsafeStateException dirty(String why) {
        return new UnsafeStateException(
                "guest-dirty",
                null,
                "the FAT file system is not clean: " + why,
                "unmount it in the guest, or check it there (chkdsk, fsck.fat)");
    }

    private static boolean isPower(int value) {
        return Integer.bitCount(value) == 1;
    }

    private static int unsigned16(ByteBuffer b, int at) {
        return b.getShort(at) & 0xFFFF;
    }

    private static long unsigned32(ByteBuffer b, int at) {
        return b.getInt(at) & 0xFFFFFFFFL;
    }

    private static void require(GuestWindow window, int offset, long found, boolean fine, String what)
            throws IOException {
        if (!fine) {
            throw window.malformed("fat-boot", offset, "the " + what + " in the FAT boot sector can't be " + found);
        }
    }
}
