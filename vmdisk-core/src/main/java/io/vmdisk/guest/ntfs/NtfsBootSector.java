package io.vmdisk.guest.ntfs;

import io.vmdisk.guest.GuestWindow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The first sector of NTFS: the sizes of everything and where the master file table begins.
 *
 * @param clusterBytes the unit in which space is given out
 * @param clusters how many there are
 * @param recordBytes the size of a record of the master file table
 * @param mftCluster where the master file table begins
 * @param mirrorCluster where the copy of its first records begins
 */
public record NtfsBootSector(int clusterBytes, long clusters, int recordBytes, long mftCluster, long mirrorCluster) {
    private static final long OEM = 0x202020205346544EL; // "NTFS    "
    private static final short MARK = (short) 0xAA55;
    private static final int BYTES = 512;
    private static final int MAX_CLUSTER = 2 << 20;
    private static final int MAX_RECORD = 65536;

    public static boolean recognises(GuestWindow window) throws IOException {
        if (!window.has(0, BYTES)) {
            return false;
        }
        ByteBuffer b = window.read(0, BYTES, ByteOrder.LITTLE_ENDIAN);
        return b.getLong(3) == OEM && b.getShort(510) == MARK;
    }

    static NtfsBootSector parse(GuestWindow window) throws IOException {
        ByteBuffer b = window.read(0, BYTES, ByteOrder.LITTLE_ENDIAN);
        int sectorBytes = b.getShort(11) & 0xFFFF;
        require(
                window,
                11,
                sectorBytes,
                isPower(sectorBytes) && sectorBytes >= 256 && sectorBytes <= 4096,
                "sector size");
        int coded = b.get(13) & 0xFF;
        // Above 128 the byte is a negative power of two: clusters of more than 64 KiB.
        long clusterSectors = coded <= 128 ? coded : coded >= 244 ? 1L << (256 - coded) : 0;
        long clusterBytes = clusterSectors * sectorBytes;
        require(window, 13, coded, isPower(clusterBytes) && clusterBytes <= MAX_CLUSTER, "cluster size");
        long sectors = b.getLong(40);
        long clusters = sectors / clusterSectors;
        require(window, 40, sectors, sectors > 0 && clusters > 0 && clusters <= window.size() / clusterBytes, "size");
        int codedRecord = b.get(64);
        long recordBytes = codedRecord > 0 ? codedRecord * clusterBytes : codedRecord >= -16 ? 1L << -codedRecord : 0;
        require(
                window,
                64,
                codedRecord,
                isPower(recordBytes) && recordBytes >= 512 && recordBytes <= MAX_RECORD,
                "record size");
        long mft = b.getLong(48);
        long mirror = b.getLong(56);
        require(window, 48, mft, mft > 0 && mft < clusters, "first cluster of the master file table");
        require(window, 56, mirror, mirror > 0 && mirror < clusters, "first cluster of the table's copy");
        return new NtfsBootSector((int) clusterBytes, clusters, (int) recordBytes, mft, mirror);
    }

    private static boolean isPower(long value) {
        return value > 0 && Long.bitCount(value) == 1;
    }

    private static void require(GuestWindow window, int offset, long found, boolean fine, String what)
            throws IOException {
        if (!fine) {
            throw window.malformed("ntfs-boot", offset, "the " + what + " in the NTFS boot sector can't be " + found);
        }
    }
}
