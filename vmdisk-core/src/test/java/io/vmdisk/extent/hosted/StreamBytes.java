package io.vmdisk.extent.hosted;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.Deflater;

/** A stream-optimised file put together by hand: tables behind the grains, footer, end-of-stream. */
final class StreamBytes {
    static final int GRAIN = 65536;
    private static final int SECTOR = 512;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Map<Integer, Integer> sectors = new LinkedHashMap<>();
    private final long capacitySectors;
    private int directory;

    private StreamBytes(long capacitySectors) {
        this.capacitySectors = capacitySectors;
    }

    /** A file of up to 512 grains, given by their numbers. */
    static byte[] of(long capacitySectors, Map<Integer, byte[]> grains) {
        return new StreamBytes(capacitySectors).write(new TreeMap<>(grains));
    }

    private byte[] write(Map<Integer, byte[]> grains) {
        out.writeBytes(header(-1));
        out.writeBytes(new byte[127 * SECTOR]);
        grains.forEach((number, data) -> {
            sectors.put(number, out.size() / SECTOR);
            grain(number, data);
        });
        marker(4, 1);
        int table = out.size() / SECTOR;
        ByteBuffer entries = ByteBuffer.allocate(2048).order(ByteOrder.LITTLE_ENDIAN);
        sectors.forEach((number, sector) -> entries.putInt(number * 4, sector));
        out.writeBytes(entries.array());
        marker(1, 2);
        directory = out.size() / SECTOR;
        ByteBuffer first = ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        out.writeBytes(first.putInt(0, table).array());
        marker(1, 3);
        out.writeBytes(header(directory));
        out.writeBytes(new byte[SECTOR]);
        return out.toByteArray();
    }

    private byte[] header(long directorySector) {
        return new HostedHeader(
                        3,
                        0x30001,
                        capacitySectors,
                        128,
                        0,
                        0,
                        512,
                        0,
                        directorySector,
                        128,
                        false,
                        1,
                        ByteBuffer.allocate(SECTOR))
                .encode()
                .array();
    }

    private void marker(long value, int type) {
        out.writeBytes(ByteBuffer.allocate(SECTOR)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(0, value)
                .putInt(12, type)
                .array());
    }

    private void grain(int number, byte[] data) {
        Deflater deflater = new Deflater();
        deflater.setInput(Arrays.copyOf(data, GRAIN));
        deflater.finish();
        byte[] packed = new byte[2 * GRAIN];
        int length = deflater.deflate(packed);
        deflater.end();
        int stored = (12 + length + SECTOR - 1) / SECTOR * SECTOR;
        ByteBuffer block = ByteBuffer.allocate(stored).order(ByteOrder.LITTLE_ENDIAN);
        block.putLong(0, number * 128L).putInt(8, length).put(12, packed, 0, length);
        out.writeBytes(block.array());
    }
}
