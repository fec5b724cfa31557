package io.vmdisk.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Reads a stream-optimised file as the strictest known reader would and as the format page has it, with none of the
 * product's code: every marker, the order, the padding, the tables and the end are asserted.
 */
final class StrictStream {
    private static final int SECTOR = 512;
    private static final int GRAIN = 65536;
    private static final int OVERHEAD = 128;
    /** What VirtualBox has room for. */
    private static final int MAX_PACKED = 66036;

    private final ByteBuffer file;
    private final long capacitySectors;
    private final byte[] content;
    private final List<String> layout = new ArrayList<>();
    private final Map<Integer, Integer> tables = new HashMap<>();
    private final Map<Integer, Integer> pending = new HashMap<>();
    private final String descriptor;
    private int sector = OVERHEAD;
    private int directorySector;

    static StrictStream read(byte[] file) {
        return new StrictStream(file);
    }

    private StrictStream(byte[] bytes) {
        assertThat(bytes.length % SECTOR).isZero();
        file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        capacitySectors = file.getLong(12);
        checkHeader(0, -1);
        descriptor = descriptor();
        assertZeros(21 * SECTOR, OVERHEAD * SECTOR);
        content = new byte[Math.toIntExact(capacitySectors * SECTOR)];
        readBlocks();
    }

    /** The disk's bytes. */
    byte[] content() {
        return content;
    }

    /** What stands where: {@code "128 grain 0 126"}, {@code "259 table marker"} and so on. */
    List<String> layout() {
        return layout;
    }

    /** The embedded text. */
    String descriptorText() {
        return descriptor;
    }

    private void checkHeader(int at, long directory) {
        assertThat(file.getInt(at)).isEqualTo(0x564d444b);
        assertThat(file.getInt(at + 4)).as("version").isEqualTo(3);
        assertThat(file.getInt(at + 8)).as("flags").isEqualTo(0x30001);
        assertThat(file.getLong(at + 12))
                .as("capacity")
                .isEqualTo(capacitySectors)
                .isPositive();
        assertThat(file.getLong(at + 20)).as("grain size").isEqualTo(128);
        assertThat(file.getLong(at + 28)).as("descriptor").isEqualTo(1);
        assertThat(file.getLong(at + 36)).as("descriptor size").isEqualTo(20);
        assertThat(file.getInt(at + 44)).as("entries").isEqualTo(512);
        assertThat(file.getLong(at + 48)).as("redundant directory").isZero();
        assertThat(file.getLong(at + 56)).as("directory").isEqualTo(directory);
        assertThat(file.getLong(at + 64)).as("overhead").isEqualTo(OVERHEAD);
        assertThat(file.get(at + 72)).as("unclean").isZero();
        assertThat(file.getInt(at + 73)).as("line ends").isEqualTo(0x0a0d200a);
        assertThat(file.getShort(at + 77)).as("compression").isEqualTo((short) 1);
        assertZeros(at + 79, at + SECTOR);
    }

    private String descriptor() {
        int end = SECTOR;
        while (file.get(end) != 0) {
            end++;
        }
        assertZeros(end, 21 * SECTOR);
        String text = new String(file.array(), SECTOR, end - SECTOR, StandardCharsets.UTF_8);
        assertThat(text).contains("createType=\"streamOptimized\"", "parentCID=ffffffff");
        assertThat(text).containsPattern("(?m)^RDONLY " + capacitySectors + " SPARSE \"[^\"]+\"$");
        return text;
    }

    private void readBlocks() {
        long lastLba = -1;
        int openTable = -1;
        while (true) {
            int at = sector * SECTOR;
            long value = file.getLong(at);
            int size = file.getInt(at + 8);
            if (size != 0) {
                assertThat(value % 128).as("alignment at sector %d", sector).isZero();
                assertThat(value)
                        .as("order at sector %d", sector)
                        .isGreaterThan(lastLba)
                        .isLessThan(capacitySectors);
                lastLba = value;
                int table = (int) (value / 128 / 512);
                assertThat(openTable).as("table at sector %d", sector).isIn(-1, table);
                openTable = table;
                readGrain(at, value, size);
                continue;
            }
            int type = file.getInt(at + 12);
            assertZeros(at + 16, at + SECTOR);
            if (type == 1) {
                assertThat(value).isEqualTo(4);
                assertThat(openTable).as("no table without grains").isNotNegative();
                layout.add(sector + " table marker");
                layout.add(sector + 1 + " table");
                checkTable((sector + 1) * SECTOR);
                tables.put(openTable, sector + 1);
                openTable = -1;
                sector += 5;
                continue;
            }
            assertThat(type).as("marker at sector %d", sector).isEqualTo(2);
            assertThat(openTable).as("the directory follows a table").isNegative();
            readEnd(value);
            return;
        }
    }

    private void readGrain(int at, long lba, int size) {
        assertThat(size).isBetween(8, MAX_PACKED);
        assertThat(file.get(at + 12)).as("zlib").isEqualTo((byte) 0x78);
        assertThat(Short.toUnsignedInt(ByteBuffer.wrap(file.array()).getShort(at + 12)) % 31)
                .isZero();
        byte[] plain = new byte[GRAIN + 1];
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(file.array(), at + 12, size);
            assertThat(inflater.inflate(plain)).as("whole grain").isEqualTo(GRAIN);
            assertThat(inflater.finished()).isTrue();
            assertThat(inflater.getRemaining()).isZero();
        } catch (DataFormatException e) {
            throw new AssertionError("grain at sector " + sector, e);
        } finally {
            inflater.end();
        }
        assertThat(Arrays.equals(plain, new byte[GRAIN + 1]))
                .as("a grain of zeros is left out")
                .isFalse();
        int start = Math.toIntExact(lba * SECTOR);
        int valid = Math.min(GRAIN, content.length - start);
        System.arraycopy(plain, 0, content, start, valid);
        assertThat(Arrays.equals(plain, valid, GRAIN, new byte[GRAIN], valid, GRAIN))
                .as("padding past the end")
                .isTrue();
        int sectors = (12 + size + 511) / 512;
        assertZeros(at + 12 + size, at + sectors * SECTOR);
        layout.add(sector + " grain " + lba);
        pending.put((int) (lba / 128 % 512), sector);
        sector += sectors;
    }

    private void checkTable(int at) {
        for (int i = 0; i < 512; i++) {
            assertThat(file.getInt(at + 4 * i)).as("entry %d", i).isEqualTo(pending.getOrDefault(i, 0));
        }
        pending.clear();
    }

    private void readEnd(long directorySectors) {
        long entries = (capacitySectors + 65535) / 65536;
        assertThat(directorySectors).isEqualTo((entries * 4 + 511) / 512);
        layout.add(sector + " directory marker");
        directorySector = sector + 1;
        layout.add(directorySector + " directory");
        for (int i = 0; i < directorySectors * 128; i++) {
            assertThat(file.getInt(directorySector * SECTOR + 4 * i))
                    .as("directory entry %d", i)
                    .isEqualTo(tables.getOrDefault(i, 0));
        }
        sector = directorySector + Math.toIntExact(directorySectors);
        int at = sector * SECTOR;
        assertThat(file.getLong(at)).isEqualTo(1);
        assertThat(file.getLong(at + 8)).isEqualTo(3L << 32);
        assertZeros(at + 16, at + SECTOR);
        layout.add(sector + " footer marker");
        layout.add(sector + 1 + " footer");
        checkHeader(at + SECTOR, directorySector);
        layout.add(sector + 2 + " end");
        assertZeros(at + 2 * SECTOR, at + 3 * SECTOR);
        assertThat(file.capacity()).as("nothing follows").isEqualTo(at + 3 * SECTOR);
    }

    private void assertZeros(int from, int to) {
        for (int i = from; i < to; i++) {
            if (file.get(i) != 0) {
                throw new AssertionError("byte " + i + " is " + file.get(i) + ", not zero");
            }
        }
    }
}
