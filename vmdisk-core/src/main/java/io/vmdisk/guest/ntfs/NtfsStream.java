package io.vmdisk.guest.ntfs;

import io.vmdisk.Sector;
import io.vmdisk.guest.GuestWindow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.BiConsumer;

/**
 * The content of a non-resident attribute: runs of clusters, added part by part.
 *
 * <p>Only plain streams: the system files read here are never compressed or sparse. Bounded: {@value #MAX_RUNS} runs.
 * One thread.
 */
final class NtfsStream {
    private static final int MAX_RUNS = 1 << 20;

    private final GuestWindow window;
    private final NtfsBootSector boot;
    private final String what;
    private long dataBytes;
    private long writtenBytes;
    /** For each run the first cluster of the stream and of the disk; one more of the former as the end. */
    private long[] firstVcn = new long[8];

    private long[] firstCluster = new long[8];
    private int runs;

    /** @param what for messages: {@code $Bitmap} */
    NtfsStream(GuestWindow window, NtfsBootSector boot, String what) {
        this.window = window;
        this.boot = boot;
        this.what = what;
    }

    long dataBytes() {
        return dataBytes;
    }

    /** How many bytes were written; what is behind them is not defined. */
    long writtenBytes() {
        return writtenBytes;
    }

    /** How many clusters the parts added so far have. */
    long clusters() {
        return firstVcn[runs];
    }

    /** Every run: its first cluster on the disk and how many. */
    void forEachRun(BiConsumer<Long, Long> visitor) {
        for (int i = 0; i < runs; i++) {
            visitor.accept(firstCluster[i], firstVcn[i + 1] - firstVcn[i]);
        }
    }

    /** Adds the part that continues what is there. */
    void add(NtfsAttribute part) throws IOException {
        if (part.isResident() || !part.isPlain() || part.firstVcn() != clusters()) {
            throw malformed("is resident, compressed or sparse, or its parts have gaps");
        }
        if (runs == 0) {
            dataBytes = part.dataBytes();
            writtenBytes = part.writtenBytes();
        }
        ByteBuffer code = part.runs();
        long cluster = 0;
        while (true) {
            int head = code.hasRemaining() ? code.get() & 0xFF : 0;
            if (head == 0) {
                break;
            }
            int lengthBytes = head & 0xF;
            int placeBytes = head >>> 4;
            if (lengthBytes == 0
                    || lengthBytes > 8
                    || placeBytes == 0
                    || placeBytes > 8
                    || code.remaining() < lengthBytes + placeBytes) {
                throw malformed("has a broken list of runs");
            }
            long length = signed(code, lengthBytes);
            cluster += signed(code, placeBytes);
            if (length < 1 || cluster < 0 || length > boot.clusters() || cluster > boot.clusters() - length) {
                throw malformed("has a run outside the volume");
            }
            addRun(cluster, length);
        }
        if (clusters() - 1 != part.lastVcn()) {
            throw malformed("has " + clusters() + " clusters, expected " + (part.lastVcn() + 1));
        }
    }

    private static long signed(ByteBuffer code, int bytes) {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (code.get() & 0xFFL) << (8 * i);
        }
        int unused = 64 - 8 * bytes;
        return value << unused >> unused;
    }

    private void addRun(long cluster, long length) throws IOException {
        if (runs == MAX_RUNS || clusters() + length > boot.clusters()) {
            throw malformed("has more runs or clusters than the volume");
        }
        if (runs + 1 == firstVcn.length) {
            firstVcn = Arrays.copyOf(firstVcn, 2 * runs + 2);
            firstCluster = Arrays.copyOf(firstCluster, 2 * runs + 2);
        }
        firstCluster[runs] = cluster;
        firstVcn[runs + 1] = firstVcn[runs] + length;
        runs++;
    }

    /** Checks that the parts added hold all of the data. */
    void requireComplete() throws IOException {
        if (dataBytes < 0
                || writtenBytes < 0
                || writtenBytes > dataBytes
                || Sector.ceilDiv(dataBytes, boot.clusterBytes()) > clusters()) {
            throw malformed("has " + dataBytes + " bytes in " + clusters() + " clusters");
        }
    }

    /** Bytes of the stream; all of them were written. */
    ByteBuffer read(long at, int length) throws IOException {
        if (at < 0 || at > writtenBytes - length) {
            throw malformed("has no " + length + " bytes at " + at + ", it ends at " + writtenBytes);
        }
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            long place = at + bytes.position();
            long vcn = place / boot.clusterBytes();
            int run = Arrays.binarySearch(firstVcn, 0, runs, vcn);
            run = run >= 0 ? run : -run - 2;
            if (run < 0 || vcn >= clusters()) {
                throw malformed("ends before byte " + place);
            }
            long inside = place - firstVcn[run] * boot.clusterBytes();
            long left = firstVcn[run + 1] * boot.clusterBytes() - place;
            int part = (int) Math.min(left, bytes.remaining());
            bytes.put(window.read(firstCluster[run] * boot.clusterBytes() + inside, part, ByteOrder.LITTLE_ENDIAN));
        }
        return bytes.flip();
    }

    private IOException malformed(String problem) {
        return window.malformed("ntfs-stream", 0, "the NTFS stream " + what + " " + problem);
    }
}
