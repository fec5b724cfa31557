package io.vmdisk.guest.fat;

import io.vmdisk.Sector;
import io.vmdisk.guest.FileSystemFacts;
import io.vmdisk.guest.FileSystemReader;
import io.vmdisk.guest.FreeRuns;
import io.vmdisk.guest.FreeSink;
import io.vmdisk.guest.GuestText;
import io.vmdisk.guest.GuestWindow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * The free space of exFAT: the zero bits of its allocation bitmap, which a record of the root directory names.
 *
 * <p>What proves it: the checksum of the boot region, the clean bits, and that the bitmap marks itself and the root
 * directory as used. The list of the bitmap's clusters is the largest thing held: at most 512 MiB / cluster size.
 */
public final class ExfatFileSystem implements FileSystemReader {
    private static final int CHUNK_BYTES = 1 << 20;
    private static final int ENTRY_BYTES = 32;
    private static final int END = 0;
    private static final int BITMAP = 0x81;
    private static final int LABEL = 0x83;
    private static final int MAX_LABEL = 11;
    /** The format's own limit for a directory. */
    private static final long MAX_DIRECTORY_BYTES = 256L << 20;

    private final GuestWindow window;
    private final ExfatBootSector boot;
    private final NavigableSet<Long> systemClusters = new TreeSet<>();
    private String label = "";
    private long[] bitmapClusters = new long[0];

    private ExfatFileSystem(GuestWindow window, ExfatBootSector boot) {
        this.window = window;
        this.boot = boot;
    }

    public static ExfatFileSystem open(GuestWindow window) throws IOException {
        ExfatFileSystem exfat = new ExfatFileSystem(window, ExfatBootSector.parse(window));
        exfat.readRoot();
        if (exfat.bitmapClusters.length == 0) {
            throw window.malformed("exfat-root", exfat.boot.byteOf(exfat.boot.rootCluster()), "no allocation bitmap");
        }
        return exfat;
    }

    private void readRoot() throws IOException {
        long cluster = boot.rootCluster();
        long clustersLeft = Math.max(1, MAX_DIRECTORY_BYTES / boot.clusterBytes());
        while (cluster != -1) {
            if (clustersLeft-- == 0 || !systemClusters.add(cluster)) {
                throw window.malformed("exfat-root", boot.byteOf(cluster), "the root directory does not end");
            }
            for (int at = 0; at < boot.clusterBytes(); at += CHUNK_BYTES) {
                int length = Math.min(CHUNK_BYTES, boot.clusterBytes() - at);
                if (readEntries(window.read(boot.byteOf(cluster) + at, length, ByteOrder.LITTLE_ENDIAN))) {
                    return;
                }
            }
            cluster = next(cluster);
        }
    }

    /** Whether the directory ends here. */
    private boolean readEntries(ByteBuffer entries) throws IOException {
        for (int at = 0; at < entries.limit(); at += ENTRY_BYTES) {
            int type = entries.get(at) & 0xFF;
            if (type == END) {
                return true;
            }
            if (type == LABEL) {
                label = GuestText.utf16(entries, at + 2, 2 * Math.min(MAX_LABEL, entries.get(at + 1) & 0xFF));
            }
            if (type == BITMAP) {
                readBitmapPlace(entries.getInt(at + 20) & 0xFFFFFFFFL, entries.getLong(at + 24), entries.get(at + 1));
            }
        }
        return false;
    }

    private void readBitmapPlace(long first, long bytes, int flags) throws IOException {
        long needed = (boot.clusters() + 7) / 8;
        if (bitmapClusters.length > 0 || (flags & 1) != 0 || bytes != needed) {
            throw window.malformed(
                    "exfat-root",
                    boot.byteOf(boot.rootCluster()),
                    "the allocation bitmap has " + bytes + " bytes, expected one of " + needed);
        }
        long[] clusters = new long[(int) Sector.ceilDiv(bytes, boot.clusterBytes())];
        long cluster = first;
        for (int i = 0; i < clusters.length; i++) {
            if (cluster < 2 || cluster >= boot.clusters() + 2 || !systemClusters.add(cluster)) {
                throw window.malformed(
                        "exfat-bitmap", boot.tableAt(), "the allocation bitmap is shorter than it should be or loops");
            }
            clusters[i] = cluster;
            cluster = next(cluster);
        }
        bitmapClusters = clusters;
    }

    /** The cluster that follows in its chain, or -1 at the end. */
    private long next(long cluster) throws IOException {
        long next = window.read(boot.tableAt() + 4 * cluster, 4, ByteOrder.LITTLE_ENDIAN)
                        .getInt(0)
                & 0xFFFFFFFFL;
        if (next == 0xFFFFFFFFL) {
            return -1;
        }
        if (next < 2 || next >= boot.clusters() + 2) {
            throw window.malformed(
                    "exfat-table",
                    boot.tableAt() + 4 * cluster,
                    "the chain of cluster " + cluster + " leads to " + next);
        }
        return next;
    }

    @Override
    public FileSystemFacts facts() {
        return new FileSystemFacts("exfat", label, boot.clusterBytes(), boot.totalBytes());
    }

    @Override
    public long walk(FreeSink sink) throws IOException {
        FreeSink checked = (start, length) -> {
            requireNoSystemCluster(start, length);
            sink.free(start, length);
        };
        FreeRuns runs = new FreeRuns(window, boot.dataAt(), boot.clusterBytes(), boot.clusters(), checked);
        long bit = 0;
        for (long cluster : bitmapClusters) {
            for (int at = 0; at < boot.clusterBytes() && bit < boot.clusters(); at += CHUNK_BYTES) {
                int room = Math.min(CHUNK_BYTES, boot.clusterBytes() - at);
                int bits = (int) Math.min(room * 8L, boot.clusters() - bit);
                ByteBuffer chunk = window.read(boot.byteOf(cluster) + at, (bits + 7) / 8, ByteOrder.LITTLE_ENDIAN);
                runs.addZeroBits(chunk, bits, bit);
                bit += bits;
            }
        }
        runs.finish();
        return runs.total() * boot.clusterBytes();
    }

    private void requireNoSystemCluster(long start, long length) throws IOException {
        long first = (start - window.start() - boot.dataAt()) / boot.clusterBytes() + 2;
        Long system = systemClusters.ceiling(first);
        if (system != null && system < first + length / boot.clusterBytes()) {
            throw window.malformed(
                    "exfat-bitmap",
                    boot.byteOf(system),
                    "the bitmap calls cluster " + system + " free, which it is not");
        }
    }
}
