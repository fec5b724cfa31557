package io.vmdisk.export;

import io.vmdisk.Sector;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Writes a qcow2 image of version 3, without backing file, compression or snapshots. All numbers are big-endian.
 *
 * <pre>
 * cluster 0            header, 104 bytes, and the end of its extensions
 * cluster 1            L1: for each 512 MiB of the disk the place of an L2 table, bit 63 set; 0: all zeros
 * then                 data clusters in the order of the disk; behind those of each 512 MiB their L2 table:
 *                      for each cluster of the disk its place, bit 63 set; 0: zeros
 * then                 the refcount table, and its blocks: 1 for every cluster of the file
 * </pre>
 *
 * <p>Bit 63 says that a cluster has one owner, so that it is written in place. (docs/interop/qcow2.txt of QEMU.)
 */
final class Qcow2Writer implements ImageWriter {
    private static final int CLUSTER_BITS = 16;
    static final int CLUSTER = 1 << CLUSTER_BITS;

    /** QEMU's own limit, an L1 table of 32 MiB, is far above; VMware's disks end before this. */
    static final long MAX_BYTES = 64L << 40;

    private static final int MAGIC = 0x514649FB;
    private static final int VERSION = 3;
    private static final int HEADER_BYTES = 104;

    /** The exponent of 16 bits. */
    private static final int REFCOUNT_ORDER = 4;

    private static final int ENTRIES = CLUSTER / Long.BYTES;
    private static final int COUNTS = CLUSTER / Short.BYTES;
    private static final long ONE_OWNER = 1L << 63;

    private final BlockFile file;
    private final long capacity;
    private final long[] l1;
    private final ByteBuffer l2 = ByteBuffer.allocate(CLUSTER);
    private int l2Index = -1;
    private long next;

    Qcow2Writer(BlockFile file, long capacity) {
        this.file = file;
        this.capacity = capacity;
        this.l1 = new long[Math.toIntExact(tables(capacity))];
        this.next = 1 + clusters((long) l1.length * Long.BYTES);
    }

    private static long tables(long capacity) {
        return Sector.ceilDiv(clusters(capacity), ENTRIES);
    }

    private static long clusters(long bytes) {
        return Sector.ceilDiv(bytes, CLUSTER);
    }

    /**
     * Bytes of an image.
     *
     * @param data clusters of the disk that hold data, spread as badly as can be
     */
    static long imageBytes(long capacity, long data) {
        long before = 1 + clusters(tables(capacity) * Long.BYTES) + data + Math.min(data, tables(capacity));
        return Refcounts.behind(before).end() * CLUSTER;
    }

    /** Where the refcounts lie: they count themselves. */
    private record Refcounts(long tableAt, long tableClusters, long blocks) {
        static Refcounts behind(long clusters) {
            Refcounts counts = new Refcounts(clusters, 1, 1);
            while (true) {
                long blocks = Sector.ceilDiv(counts.end(), COUNTS);
                Refcounts larger = new Refcounts(clusters, clusters(blocks * Long.BYTES), blocks);
                if (larger.equals(counts)) {
                    return counts;
                }
                counts = larger;
            }
        }

        long end() {
            return tableAt + tableClusters + blocks;
        }

        long blockAt(long block) {
            return tableAt + tableClusters + block;
        }
    }

    @Override
    public long place(long at, long length) throws IOException {
        long cluster = at / CLUSTER;
        int table = (int) (cluster / ENTRIES);
        if (table != l2Index) {
            writeL2();
            l2Index = table;
        }
        long place = next * CLUSTER;
        long count = clusters(length);
        for (int i = 0; i < count; i++) {
            l2.putLong((int) ((cluster + i) % ENTRIES) * Long.BYTES, (next + i) * CLUSTER | ONE_OWNER);
        }
        next += count;
        return place;
    }

    private void writeL2() throws IOException {
        if (l2Index >= 0) {
            file.writeFully(next * CLUSTER, l2.clear());
            l1[l2Index] = next * CLUSTER | ONE_OWNER;
            next++;
            l2.clear();
            l2.put(new byte[CLUSTER]).clear();
        }
    }

    @Override
    public void finish() throws IOException {
        writeL2();
        Refcounts counts = Refcounts.behind(next);
        file.setSize(counts.end() * CLUSTER);
        writeCounts(counts);
        ByteBuffer index = ByteBuffer.allocate(l1.length * Long.BYTES);
        index.asLongBuffer().put(l1);
        file.writeFully(CLUSTER, index);
        file.writeFully(0, header(counts));
    }

    private void writeCounts(Refcounts counts) throws IOException {
        ByteBuffer table = ByteBuffer.allocate(Math.toIntExact(counts.blocks() * Long.BYTES));
        for (long block = 0; block < counts.blocks(); block++) {
            table.putLong(counts.blockAt(block) * CLUSTER);
            ByteBuffer ones = ByteBuffer.allocate((int) Math.min(COUNTS, counts.end() - block * COUNTS) * Short.BYTES);
            while (ones.hasRemaining()) {
                ones.putShort((short) 1);
            }
            file.writeFully(counts.blockAt(block) * CLUSTER, ones.flip());
        }
        file.writeFully(counts.tableAt() * CLUSTER, table.flip());
    }

    private ByteBuffer header(Refcounts counts) {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES + 2 * Integer.BYTES);
        header.putInt(0, MAGIC).putInt(4, VERSION);
        header.putInt(20, CLUSTER_BITS).putLong(24, capacity);
        header.putInt(36, l1.length).putLong(40, CLUSTER);
        header.putLong(48, counts.tableAt() * CLUSTER).putInt(56, Math.toIntExact(counts.tableClusters()));
        header.putInt(96, REFCOUNT_ORDER).putInt(100, HEADER_BYTES);
        return header;
    }
}
