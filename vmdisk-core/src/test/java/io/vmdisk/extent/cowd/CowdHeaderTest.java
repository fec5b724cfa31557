package io.vmdisk.extent.cowd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.VmdiskException;
import io.vmdisk.extent.LinkRole;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CowdHeaderTest {
    private static final Path FILE = Path.of("d-delta.vmdk");

    /** A 10 MiB disk without a parent. */
    static ByteBuffer tenMebibytes() {
        byte[] start = HexFormat.of()
                .parseHex("434f5744010000000300000000500000" + "010000000400000005000000e8000000"
                        + "01000000ff0000003f000000");
        ByteBuffer bytes = ByteBuffer.allocate(2048).order(ByteOrder.LITTLE_ENDIAN);
        return bytes.put(0, start);
    }

    @Test
    void readsTheWorkedExample() throws VmdiskException {
        CowdHeader header = CowdHeader.parse(tenMebibytes(), FILE);

        assertThat(header.capacitySectors()).isEqualTo(20480);
        assertThat(header.grainSectors()).isEqualTo(1);
        assertThat(header.directorySector()).isEqualTo(4);
        assertThat(header.directoryEntries()).isEqualTo(5);
        assertThat(header.freeSector()).isEqualTo(232);
        assertThat(header.uncleanShutdown()).isZero();
    }

    @Test
    void makesTheWorkedExamplesHeader() throws VmdiskException {
        CowdHeader header = CowdLayout.forCapacity(20480, LinkRole.BASE, FILE).header();

        assertThat(header.freeSector()).isEqualTo(5);
        assertThat(header.withFreeSector(232).encode().array())
                .isEqualTo(tenMebibytes().array());
    }

    @Test
    void leavesTheGeometryOutOfADelta() throws VmdiskException {
        byte[] bytes = CowdLayout.forCapacity(20480, LinkRole.DELTA, FILE)
                .header()
                .encode()
                .array();

        assertThat(HexFormat.of().formatHex(bytes, 32, 2048)).matches("0*");
    }

    @Test
    void encodesToTheBytesItWasReadFrom() throws VmdiskException {
        ByteBuffer bytes = tenMebibytes();
        Random random = new Random(3);
        for (int i = 20; i < 2048; i++) {
            bytes.put(i, (byte) random.nextInt());
        }

        CowdHeader header = CowdHeader.parse(bytes, FILE);

        assertThat(header.encode().array()).isEqualTo(bytes.array());
        assertThat(CowdHeader.parse(header.encode(), FILE)).isEqualTo(header);
    }

    @Test
    void marksAndClearsTheUncleanShutdown() throws VmdiskException {
        CowdHeader header = CowdHeader.parse(tenMebibytes(), FILE);

        assertThat(header.asInUse().encode().getInt(1648)).isEqualTo(1);
        assertThat(header.asInUse().asClean().encode().array())
                .isEqualTo(tenMebibytes().array());
    }

    @Test
    void readsNumbersWithoutASign() throws VmdiskException {
        ByteBuffer bytes = tenMebibytes();
        bytes.putInt(CowdHeader.AT_CAPACITY, -1).putInt(CowdHeader.AT_FREE, -2);

        CowdHeader header = CowdHeader.parse(bytes, FILE);

        assertThat(header.capacitySectors()).isEqualTo(0xFFFF_FFFFL);
        assertThat(header.freeSector()).isEqualTo(0xFFFF_FFFEL);
        assertThat(header.encode().array()).isEqualTo(bytes.array());
    }

    @Test
    void refusesAWorkstation3DiskWithItsOwnWords() {
        ByteBuffer bytes = tenMebibytes();
        bytes.putInt(4, 3).putInt(8, 0x1B);

        assertThatThrownBy(() -> CowdHeader.parse(bytes, FILE))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("Workstation 3");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 4, -1})
    void refusesVersionsThatNobodyKnows(int version) {
        ByteBuffer bytes = tenMebibytes();
        bytes.putInt(4, version);

        assertThatThrownBy(() -> CowdHeader.parse(bytes, FILE))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("version");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 100, 4096, Integer.MIN_VALUE, -1})
    void refusesGrainSizesThatAreNotPowersOfTwoUpToAMebibyte(int grain) {
        ByteBuffer bytes = tenMebibytes();
        bytes.putInt(CowdHeader.AT_GRAIN, grain);

        assertThatThrownBy(() -> CowdHeader.parse(bytes, FILE))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining(Integer.toUnsignedString(grain));
    }

    @Test
    void refusesAnEmptyDiskAndAnotherMagic() {
        assertThatThrownBy(() -> CowdHeader.parse(tenMebibytes().putInt(CowdHeader.AT_CAPACITY, 0), FILE))
                .isInstanceOf(MalformedFileException.class);
        assertThatThrownBy(() -> CowdHeader.parse(ByteBuffer.allocate(2048), FILE))
                .isInstanceOf(MalformedFileException.class);
    }

    @Test
    void isKnownByItsFirstFourBytes() {
        byte[] magic = {'C', 'O', 'W', 'D'};

        assertThat(CowdHeader.hasMagic(ByteBuffer.wrap(magic))).isTrue();
        assertThat(CowdHeader.hasMagic(ByteBuffer.wrap(magic, 0, 3))).isFalse();
        assertThat(CowdHeader.hasMagic(ByteBuffer.wrap(new byte[] {'C', 'O', 'W', 'S'})))
                .isFalse();
    }

    @Test
    void readsGrainsUpToAMebibyte() throws VmdiskException {
        ByteBuffer bytes = tenMebibytes().putInt(CowdHeader.AT_GRAIN, 2048);

        assertThat(CowdHeader.parse(bytes, FILE).grainSectors()).isEqualTo(2048);
    }
}
