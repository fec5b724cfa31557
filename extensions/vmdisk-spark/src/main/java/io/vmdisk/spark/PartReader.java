package io.vmdisk.spark;

import io.vmdisk.Run;
import io.vmdisk.RunSink;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.hash.TreeDigest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/** The rows of one part, in order. Spark closes it, also when it ends a task early. */
final class PartReader implements PartitionReader<InternalRow> {
    private static final int CHUNK = TreeDigest.CHUNK_BYTES;
    private static final int BYTE_VALUES = 256;

    private final VirtualDisk disk;
    private final DiskPart part;
    private final String[] columns;
    private final boolean readsData;
    private final byte[] bytes = new byte[CHUNK];
    private long at;
    private Object[] row = {};
    /** What the chunk at {@code at} stores, if it was looked at already. */
    private int depth = NOTHING;

    private static final int NOTHING = -1;

    private PartReader(VirtualDisk disk, DiskPart part, StructType wanted) {
        this.disk = disk;
        this.part = part;
        this.columns = wanted.fieldNames();
        this.readsData = !java.util.Collections.disjoint(Arrays.asList(columns), Set.of("sha256", "entropy"));
        this.at = part.start();
    }

    static PartReader open(DiskPart part, StructType wanted, Configuration hadoop) throws IOException {
        return new PartReader(VirtualDisk.open(Places.path(part.disk(), hadoop)), part, wanted);
    }

    @Override
    public boolean next() throws IOException {
        if (at >= part.end()) {
            return false;
        }
        depth = depthOf(at);
        long from = at;
        if (depth != NOTHING) {
            at = Math.min(part.end(), at + CHUNK);
            row = row(from, at - from, "stored");
            return true;
        }
        at = nextStored(at);
        row = row(from, at - from, "empty");
        return true;
    }

    /** The first link that stores anything in a chunk; -1 if none does. */
    private int depthOf(long chunk) throws IOException {
        int[] found = {NOTHING};
        disk.locate(chunk, Math.min(CHUNK, part.end() - chunk), RunSink.of(run -> {
            int own = storedBy(run);
            found[0] = own == NOTHING ? found[0] : found[0] == NOTHING ? own : Math.min(found[0], own);
            return true;
        }));
        return found[0];
    }

    private static int storedBy(Run run) {
        if (run instanceof Run.Data data) {
            return data.depth();
        }
        return run instanceof Run.Compressed packed ? packed.depth() : NOTHING;
    }

    /** Where the next chunk with anything stored begins, or the part ends. */
    private long nextStored(long from) throws IOException {
        long[] found = {part.end()};
        disk.locate(from, part.end() - from, RunSink.of(run -> {
            if (storedBy(run) != NOTHING) {
                found[0] = Math.max(from, run.start() / CHUNK * CHUNK);
                return false;
            }
            return true;
        }));
        return found[0];
    }

    private Object[] row(long start, long length, String kind) throws IOException {
        int count = 0;
        boolean zero = true;
        if (readsData && depth != NOTHING) {
            count = (int) length;
            disk.read(start, ByteBuffer.wrap(bytes, 0, count));
            for (int i = 0; i < count && zero; i++) {
                zero = bytes[i] == 0;
            }
        }
        Object[] values = new Object[columns.length];
        for (int i = 0; i < columns.length; i++) {
            values[i] = switch (columns[i]) {
                case "disk" -> UTF8String.fromString(part.disk());
                case "capacity" -> disk.capacity();
                case "offset" -> start;
                case "length" -> length;
                case "kind" -> UTF8String.fromString(kind);
                case "depth" -> depth == NOTHING ? null : depth;
                case "sha256" -> zero ? null : UTF8String.fromString(sha256(count));
                case "entropy" -> count == 0 ? null : entropy(count);
                default -> throw new IllegalArgumentException("no column " + columns[i]);
            };
        }
        return values;
    }

    private String sha256(int count) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes, 0, count);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Shannon's, in bits for a byte: near 8 for what is packed or encrypted. */
    private double entropy(int count) {
        int[] counts = new int[BYTE_VALUES];
        for (int i = 0; i < count; i++) {
            counts[bytes[i] & 0xFF]++;
        }
        double bits = 0;
        for (int each : counts) {
            if (each > 0) {
                double share = (double) each / count;
                bits -= share * Math.log(share) / Math.log(2);
            }
        }
        return bits;
    }

    @Override
    public InternalRow get() {
        return new GenericInternalRow(row);
    }

    @Override
    public void close() throws IOException {
        disk.close();
    }
}
