package io.vmdisk.guest.fat;

import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.guest.GuestWindow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The boot region of exFAT: eleven sectors and their checksum in the twelfth.
 *
 * @param clusterBytes the unit in which space is given out
 * @param clusters how many there are; they are numbered from 2
 * @param dataAt the byte at which cluster 2 begins
 * @param tableAt the byte at which the table of chains begins
 * @param totalBytes how many bytes the file system covers
 * @param rootCluster where the root directory begins
 */
public record ExfatBootSector(
        int clusterBytes, long clusters, long dataAt, long tableAt, long totalBytes, long rootCluster) {
    private static final long OEM = 0x2020205441465845L; // "EXFAT   "
    private static final short MARK = (short) 0xAA55;
    private static final int BYTES = 512;
    private static final int CHECKED_SECTORS = 11;
    private static final int VOLUME_FLAGS_AT = 106;
    private static final int PERCENT_AT = 112;
    private static final int DIRTY = 2;
    private static final int FAILED = 4;
    private static final long MAX_CLUSTERS = 0xFFFFFFF5L;

    public static boolean recognises(GuestWindow window) throws IOException {
        if (!window.has(0, BYTES)) {
            return false;
        }
        ByteBuffer b = window.read(0, BYTES, ByteOrder.LITTLE_ENDIAN);
        return b.getLong(3) == OEM && b.getShort(510) == MARK;
    }

    static ExfatBootSector parse(GuestWindow window) throws IOException {
        ByteBuffer b = window.read(0, BYTES, ByteOrder.LITTLE_ENDIAN);
        int sectorShift = b.get(108);
        int clusterShift = b.get(109);
        require(window, 108, sectorShift, sectorShift >= 9 && sectorShift <= 12, "sector size exponent");
        require(window, 109, clusterShift, clusterShift >= 0 && sectorShift + clusterShift <= 25, "cluster exponent");
        requireChecksum(window, 1 << sectorShift);
        int revision = b.getShort(104) & 0xFFFF;
        int tables = b.get(110);
        if (revision >>> 8 != 1 || tables != 1) {
            throw new UnsupportedFeatureException(
                    "guest-exfat-version",
                    null,
                    "exFAT revision " + (revision >>> 8) + " with " + tables + " tables, 1 with 1 is handled");
        }
        if ((b.getShort(VOLUME_FLAGS_AT) & (DIRTY | FAILED)) != 0) {
            throw new UnsafeStateException(
                    "guest-dirty",
                    null,
                    "the exFAT file system was not unmounted or had a failure",
                    "unmount it in the guest, or check it there (chkdsk, fsck.exfat)");
        }
        long sectors = b.getLong(72);
        long tableSector = unsigned(b, 80);
        long tableSectors = unsigned(b, 84);
        long dataSector = unsigned(b, 88);
        long clusters = unsigned(b, 92);
        long root = unsigned(b, 96);
        require(window, 72, sectors, sectors > 0 && sectors <= window.size() >> sectorShift, "size in sectors");
        require(window, 92, clusters, clusters > 0 && clusters <= MAX_CLUSTERS, "number of clusters");
        require(
                window,
                88,
                dataSector,
                dataSector >= tableSector + tableSectors && dataSector + (clusters << clusterShift) <= sectors,
                "first sector of the clusters");
        require(
                window,
                84,
                tableSectors,
                tableSector >= 24 && tableSectors << sectorShift >= (clusters + 2) * 4,
                "size of the table");
        require(window, 96, root, root >= 2 && root < clusters + 2, "cluster of the root");
        return new ExfatBootSector(
                1 << (sectorShift + clusterShift),
                clusters,
                dataSector << sectorShift,
                tableSector << sectorShift,
                sectors << sectorShift,
                root);
    }

    private static void requireChecksum(GuestWindow window, int sectorBytes) throws IOException {
        ByteBuffer region = window.read(0, sectorBytes * CHECKED_SECTORS, ByteOrder.LITTLE_ENDIAN);
        int sum = 0;
        for (int i = 0; i < region.limit(); i++) {
            if (i != VOLUME_FLAGS_AT && i != VOLUME_FLAGS_AT + 1 && i != PERCENT_AT) {
                sum = Integer.rotateRight(sum, 1) + (region.get(i) & 0xFF);
            }
        }
        long at = (long) sectorBytes * CHECKED_SECTORS;
        int stored = window.read(at, 4, ByteOrder.LITTLE_ENDIAN).getInt(0);
        if (stored != sum) {
            throw window.malformed("exfat-boot", at, "the checksum of the exFAT boot region is wrong");
        }
    }

    private static long unsigned(ByteBuffer b, int at) {
        return b.getInt(at) & 0xFFFFFFFFL;
    }

    private static void require(GuestWindow window, int offset, long found, boolean fine, String what)
            throws IOException {
        if (!fine) {
            throw window.malformed("exfat-boot", offset, "the " + what + " in the exFAT boot sector can't be " + found);
        }
    }

    /** Where a cluster lies in the window. */
    long byteOf(long cluster) {
        return dataAt + (cluster - 2) * clusterBytes;
    }
}
