package io.vmdisk.disk;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.Deflater;

/** A stream-optimised file as the format's page describes it, written without our writer. */
public final class TinyStream {
    private static final int SECTOR = 512;
    private static final int ENTRIES = 512;

    private final int grainSectors;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private TinyStream(int grainSectors) {
        this.grainSectors = grainSectors;
    }

    /** A file with all grains of {@code content} that are not zeros, its directory named by a footer. */
    public static byte[] of(byte[] content, int grainSectors, String name) {
        return new TinyStream(grainSectors).write(content, name);
    }

    private byte[] write(byte[] content, String name) {
        int grainBytes = grainSectors * SECTOR;
        long capacity = content.length / SECTOR;
        String text = "# Disk DescriptorFile\nversion=1\nCID=12345678\nparentCID=ffffffff\n"
                + "createType=\"streamOptimized\"\n\nRW " + capacity + " SPARSE \"" + name + "\"\n\n"
                + "ddb.adapterType = \"lsilogic\"\n";
        put(header(capacity, -1));
        put(Arrays.copyOf(text.getBytes(StandardCharsets.US_ASCII), 3 * SECTOR));
        int grains = (content.length + grainBytes - 1) / grainBytes;
        int tables = (grains + ENTRIES - 1) / ENTRIES;
        ByteBuffer directory = little(Math.max(SECTOR, tables * Integer.BYTES));
        for (int table = 0; table < tables; table++) {
            ByteBuffer entries = little(ENTRIES * Integer.BYTES);
            for (int i = 0; i < ENTRIES && table * ENTRIES + i < grains; i++) {
                int at = (table * ENTRIES + i) * grainBytes;
                byte[] grain = Arrays.copyOf(
                        Arrays.copyOfRange(content, at, Math.min(content.length, at + grainBytes)), grainBytes);
                if (!Arrays.equals(grain, new byte[grainBytes])) {
                    entries.putInt(i * Integer.BYTES, grain(at / SECTOR, grain));
                }
            }
            marker(ENTRIES * Integer.BYTES / SECTOR, 1);
            directory.putInt(table * Integer.BYTES, sector());
            put(entries.array());
        }
        marker(1, 2);
        int directorySector = sector();
        put(directory.array());
        marker(1, 3);
        put(header(capacity, directorySector));
        marker(0, 0);
        return out.toByteArray();
    }

    private int grain(long sector, byte[] grain) {
        Deflater deflater = new Deflater();
        deflater.setInput(grain);
        deflater.finish();
        byte[] packed = new byte[grain.length * 2 + 64];
        int length = deflater.deflate(packed);
        deflater.end();
        int at = sector();
        ByteBuffer head = little(12).putLong(sector).putInt(length);
        put(head.array());
        out.write(packed, 0, length);
        put(new byte[(SECTOR - out.size() % SECTOR) % SECTOR]);
        return at;
    }

    private void marker(long sectors, int type) {
        put(little(SECTOR).putLong(sectors).putInt(0).putInt(type).array());
    }

    private byte[] header(long capacity, long directory) {
        ByteBuffer b = little(SECTOR);
        b.putInt(0x564D444B).putInt(3).putInt(0x30001).putLong(capacity).putLong(grainSectors);
        b.putLong(1).putLong(3).putInt(ENTRIES).putLong(0).putLong(directory).putLong(8);
        b.put((byte) 0).put(new byte[] {10, 32, 13, 10}).putShort((short) 1);
        return b.array();
    }

    private int sector() {
        return out.size() / SECTOR;
    }

    private void put(byte[] bytes) {
        out.writeBytes(bytes);
    }

    private static ByteBuffer little(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }
}
