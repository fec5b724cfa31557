package io.vmdisk.extent.sesparse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.VmdiskException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeSparseHeaderTest {
    private static final Path FILE = Path.of("d-sesparse.vmdk");

    /** The header of a host's 100 MiB disk, as its log printed it. */
    static ByteBuffer hundredMebibytes() {
        ByteBuffer b = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
        long[] fields = {
            0xCAFEBABEL,
            0x200000001L,
            204800,
            8,
            64,
            0,
            0,
            0,
            0,
            0,
            1,
            1,
            2,
            2,
            2048,
            2048,
            4096,
            2048,
            6144,
            2048,
            8192,
            2048,
            10240,
            2048,
            12288,
            204800
        };
        for (int i = 0; i < fields.length; i++) {
            b.putLong(i * 8, fields[i]);
        }
        return b;
    }

    @Test
    void readsTheHeaderThatAHostPrinted() throws VmdiskException {
        SeSparseHeader header = SeSparseHeader.parse(hundredMebibytes(), FILE);

        assertThat(header.capacitySectors()).isEqualTo(204800);
        assertThat(header.directory()).isEqualTo(new SeSparseRegion(4096, 2048));
        assertThat(header.grains()).isEqualTo(new SeSparseRegion(12288, 204800));
        assertThat(header.hasUnknownBytes()).isFalse();
    }

    @Test
    void makesTheHeaderThatAHostPrinted() throws VmdiskException {
        assertThat(SeSparseLayout.forCapacity(204800, FILE).header().encode().array())
                .isEqualTo(hundredMebibytes().array());
    }

    @Test
    void encodesToTheBytesItWasReadFrom() throws VmdiskException {
        ByteBuffer bytes = hundredMebibytes();
        bytes.putLong(SeSparseHeader.AT_SECTOR_FORMAT, 512);
        Random random = new Random(7);
        for (int i = SeSparseHeader.AT_REGIONS; i < SeSparseHeader.SIZE_BYTES; i++) {
            bytes.put(i, (byte) random.nextInt());
        }

        SeSparseHeader header = SeSparseHeader.parse(bytes, FILE);

        assertThat(header.encode().array()).isEqualTo(bytes.array());
        assertThat(header.hasUnknownBytes()).isTrue();
        assertThat(SeSparseHeader.parse(header.encode(), FILE)).isEqualTo(header);
    }

    @Test
    void tellsItsMagicFromOthers() {
        assertThat(SeSparseHeader.hasMagic(hundredMebibytes())).isTrue();
        assertThat(SeSparseHeader.hasMagic(ByteBuffer.allocate(512))).isFalse();
        assertThat(SeSparseHeader.hasMagic(hundredMebibytes().limit(7))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0x08, 0x18, 0x20, 0x28, 0x30, 0x38, 0x40, 0x48})
    void refusesValuesThatNobodyKnows(int at) {
        ByteBuffer bytes = hundredMebibytes();
        bytes.putLong(at, 4096);

        assertThatThrownBy(() -> SeSparseHeader.parse(bytes, FILE))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("0x1000")
                .hasMessageContaining("byte " + at);
    }

    @Test
    void refusesAnotherMagicNumber() {
        assertThatThrownBy(() -> SeSparseHeader.parse(ByteBuffer.allocate(512), FILE))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("0xcafebabe");
    }

    @Test
    void refusesCapacitiesThatCannotBe() {
        ByteBuffer bytes = hundredMebibytes();
        bytes.putLong(SeSparseHeader.AT_CAPACITY, 0);
        assertThatThrownBy(() -> SeSparseHeader.parse(bytes, FILE)).isInstanceOf(MalformedFileException.class);
        bytes.putLong(SeSparseHeader.AT_CAPACITY, -1);
        assertThatThrownBy(() -> SeSparseHeader.parse(bytes, FILE))
                .isInstanceOf(LimitExceededException.class)
                .hasMessageContaining("18446744073709551615");
        bytes.putLong(SeSparseHeader.AT_CAPACITY, (1L << 37) + 1);
        assertThatThrownBy(() -> SeSparseHeader.parse(bytes, FILE)).isInstanceOf(LimitExceededException.class);
    }

    @Test
    void keepsTheVolatileHeadersBytes() throws VmdiskException {
        ByteBuffer bytes = randomBehind(512, 8, 0xCAFECAFEL);

        SeSparseVolatileHeader header = SeSparseVolatileHeader.parse(bytes, FILE, 512);

        assertThat(header.encode().array()).isEqualTo(bytes.array());
        assertThat(header.freeTable()).isEqualTo(bytes.getLong(8));
        assertThat(header.hasUnknownBytes()).isTrue();
        assertThat(header.withFreeTable(5).encode().getLong(8)).isEqualTo(5);
    }

    @Test
    void makesAFreshVolatileHeader() {
        byte[] expected = new byte[512];
        System.arraycopy(HexFormat.of().parseHex("fecafeca"), 0, expected, 0, 4);

        assertThat(SeSparseVolatileHeader.fresh().encode().array()).isEqualTo(expected);
    }

    @Test
    void refusesAVolatileHeaderWithoutMagic() {
        assertThatThrownBy(() -> SeSparseVolatileHeader.parse(ByteBuffer.allocate(512), FILE, 512))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("at byte 512");
    }

    @Test
    void keepsTheJournalHeadersSlackButGivesNoneToANewFile() throws VmdiskException {
        ByteBuffer bytes = randomBehind(1024, 8, 0xDEAFC0DEL);

        SeSparseJournalHeader header = SeSparseJournalHeader.parse(bytes, FILE, 1024);

        assertThat(header.encode().array()).isEqualTo(bytes.array());
        byte[] expected = new byte[1024];
        System.arraycopy(HexFormat.of().parseHex("dec0afde00000000000000000000000001"), 0, expected, 0, 17);
        assertThat(SeSparseJournalHeader.fresh().encode().array()).isEqualTo(expected);
    }

    @Test
    void refusesAJournalHeaderWithoutMagic() {
        assertThatThrownBy(() -> SeSparseJournalHeader.parse(ByteBuffer.allocate(1024), FILE, 1024))
                .isInstanceOf(MalformedFileException.class);
    }

    private static ByteBuffer randomBehind(int size, int from, long magic) {
        ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        Random random = new Random(11);
        for (int i = from; i < size; i++) {
            bytes.put(i, (byte) random.nextInt());
        }
        return bytes.putLong(0, magic);
    }

    @Test
    void isKnownByItsFirstEightBytes() {
        byte[] magic = java.util.Arrays.copyOf(hundredMebibytes().array(), 8);

        assertThat(SeSparseHeader.hasMagic(ByteBuffer.wrap(magic))).isTrue();
        assertThat(SeSparseHeader.hasMagic(ByteBuffer.wrap(magic, 0, 7))).isFalse();
    }

    @Test
    void readsTheLargestCapacityAndNoLarger() throws VmdiskException {
        long largest = SeSparseLimits.MAX_CAPACITY_SECTORS;

        assertThat(SeSparseHeader.parse(hundredMebibytes().putLong(0x10, largest), FILE)
                        .capacitySectors())
                .isEqualTo(largest);
        assertThatThrownBy(() -> SeSparseHeader.parse(hundredMebibytes().putLong(0x10, largest + 1), FILE))
                .hasMessageContaining("64 TiB");
    }
}
