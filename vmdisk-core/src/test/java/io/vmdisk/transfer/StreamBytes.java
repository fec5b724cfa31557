package io.vmdisk.transfer;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import java.util.zip.Deflater;

/** Builds stream-optimised files byte by byte from the format page, right or wrong as a test wants them. */
final class StreamBytes {
    static final int SECTOR = 512;
    static final int GRAIN = 65536;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final TreeMap<Integer, Integer> table = new TreeMap<>();
    private final TreeMap<Integer, Integer> directory = new TreeMap<>();
    private final long capacitySectors;
    private int version = 3;

    StreamBytes(long capacitySectors) {
        this.capacitySectors = capacitySectors;
    }

    /** Header, descriptor, zeros up to sector 128. */
    StreamBytes start(long lineSectors) {
        return start("# Disk DescriptorFile\nversion=1\nCID=12345678\nparentCID=ffffffff\n"
                + "createType=\"streamOptimized\"\nRDONLY " + lineSectors + " SPARSE \"call-me-stream.vmdk\"\n");
    }

    StreamBytes start(String descriptor) {
        out.writeBytes(header(-1));
        byte[] text = descriptor.getBytes(StandardCharsets.UTF_8);
        out.writeBytes(text);
        return fillTo(128);
    }

    StreamBytes version(int number) {
        version = number;
        return this;
    }

    byte[] header(long directorySector) {
        ByteBuffer b = ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        b.putInt(0, 0x564d444b).putInt(4, version).putInt(8, 0x30001).putLong(12, capacitySectors);
        b.putLong(20, 128).putLong(28, 1).putLong(36, 20).putInt(44, 512).putLong(56, directorySector);
        b.putLong(64, 128).putInt(73, 0x0a0d200a).putShort(77, (short) 1);
        return b.array();
    }

    int sector() {
        return out.size() / SECTOR;
    }

    private StreamBytes fillTo(int sector) {
        out.writeBytes(new byte[sector * SECTOR - out.size()]);
        return this;
    }

    StreamBytes grain(int grain, byte[] plain) {
        return grain(grain, plain, false);
    }

    /** Without the zlib wrapping, as some writers had it. */
    StreamBytes bareGrain(int grain, byte[] plain) {
        return grain(grain, plain, true);
    }

    private StreamBytes grain(int grain, byte[] plain, boolean bare) {
        Deflater deflater = new Deflater(6, bare);
        deflater.setInput(plain);
        deflater.finish();
        byte[] packed = new byte[2 * GRAIN];
        int length = deflater.deflate(packed);
        deflater.end();
        return packed(128L * grain, length, java.util.Arrays.copyOf(packed, length));
    }

    /** A grain block of any head and data. */
    StreamBytes packed(long lba, int size, byte[] data) {
        if (lba >= 0) {
            table.put((int) (lba / 128), sector());
        }
        ByteBuffer head = ByteBuffer.allocate(12)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(0, lba)
                .putInt(8, size);
        out.writeBytes(head.array());
        out.writeBytes(data);
        return fillTo((out.size() + SECTOR - 1) / SECTOR);
    }

    StreamBytes marker(long value, int type) {
        out.writeBytes(ByteBuffer.allocate(SECTOR)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(0, value)
                .putInt(12, type)
                .array());
        return this;
    }

    StreamBytes bytes(byte[] any) {
        out.writeBytes(any);
        return this;
    }

    /** The table of all grains since the last one, which must be of one table. */
    StreamBytes table(long value) {
        marker(value, 1);
        return bareTable();
    }

    /** A table without a marker before it. */
    StreamBytes bareTable() {
        directory.put(table.isEmpty() ? 0 : table.firstKey() / 512, sector());
        ByteBuffer b = ByteBuffer.allocate(4 * SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        table.forEach((grain, place) -> b.putInt(grain % 512 * 4, place));
        out.writeBytes(b.array());
        table.clear();
        return this;
    }

    /** Directory and footer with these values in their markers, and the end. */
    byte[] end(long directoryValue, long footerValue) {
        directory(directoryValue);
        int at = sector() - directorySectors();
        marker(footerValue, 3).bytes(header(at)).marker(0, 0);
        return toBytes();
    }

    StreamBytes directory(long value) {
        marker(value, 2);
        ByteBuffer b = ByteBuffer.allocate(directorySectors() * SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        directory.forEach((index, place) -> b.putInt(index * 4, place));
        return bytes(b.array());
    }

    private int directorySectors() {
        return (int) (((capacitySectors + 65535) / 65536 * 4 + 511) / 512);
    }

    byte[] end() {
        return end(directorySectors(), 1);
    }

    byte[] toBytes() {
        return out.toByteArray();
    }
}
