package io.vmdisk.extent.sesparse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.VmdiskException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SeSparseLayoutTest {
    private static final Path FILE = Path.of("d-sesparse.vmdk");

    @ParameterizedTest
    @CsvSource({
        // capacity, tables, directory, tables at and size, bitmap, back map, grains, metadata in MiB
        "20480, 1, 2048, 6144, 2048, 8192, 2048, 10240, 2048, 12288, 6",
        "204800, 7, 2048, 6144, 2048, 8192, 2048, 10240, 2048, 12288, 6",
        "1048576, 32, 2048, 6144, 2048, 8192, 2048, 10240, 2048, 12288, 6",
        "2097152, 64, 2048, 6144, 4096, 10240, 2048, 12288, 4096, 16384, 8",
        "41943040, 1280, 2048, 6144, 81920, 88064, 2048, 90112, 81920, 172032, 84",
        "209715200, 6400, 2048, 6144, 409600, 415744, 8192, 423936, 409600, 833536, 407",
        "314572800, 9600, 2048, 6144, 614400, 620544, 10240, 630784, 614400, 1245184, 608",
        "1048576000, 32000, 2048, 6144, 2048000, 2054144, 32768, 2086912, 2048000, 4134912, 2019",
        "4294967296, 131072, 2048, 6144, 8388608, 8394752, 131072, 8525824, 8388608, 16914432, 8259",
        "12884901888, 393216, 6144, 10240, 25165824, 25176064, 393216, 25569280, 25165824, 50735104, 24773",
        "133143986176, 4063232, 63488, 67584, 260046848, 260114432, 4063232, 264177664, 260046848, 524224512, 255969",
    })
    void laysNewFilesOutAsAHostDoes(
            long capacity,
            int tables,
            long directorySize,
            long tablesAt,
            long tablesSize,
            long bitmapAt,
            long bitmapSize,
            long backMapAt,
            long backMapSize,
            long grainsAt,
            long metadataMib)
            throws VmdiskException {
        SeSparseLayout layout = SeSparseLayout.forCapacity(capacity, FILE);
        SeSparseHeader header = layout.header();

        assertThat(layout.tableCount()).isEqualTo(tables);
        assertThat(header.volatileHeader()).isEqualTo(new SeSparseRegion(1, 1));
        assertThat(header.journalHeader()).isEqualTo(new SeSparseRegion(2, 2));
        assertThat(header.journal()).isEqualTo(new SeSparseRegion(2048, 2048));
        assertThat(header.directory()).isEqualTo(new SeSparseRegion(4096, directorySize));
        assertThat(header.tables()).isEqualTo(new SeSparseRegion(tablesAt, tablesSize));
        assertThat(header.bitmap()).isEqualTo(new SeSparseRegion(bitmapAt, bitmapSize));
        assertThat(header.backMap()).isEqualTo(new SeSparseRegion(backMapAt, backMapSize));
        assertThat(header.grains()).isEqualTo(new SeSparseRegion(grainsAt, capacity));
        assertThat(layout.metadataBytes() >> 20).isEqualTo(metadataMib);
        assertThat(SeSparseLayout.problems(header)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "7, 1, 1", "8, 1, 1", "9, 2, 1", "9766, 1221, 1", "32768, 4096, 1", "32769, 4097, 2"})
    void roundsAPartOfAGrainOrTableUp(long capacity, long grains, int tables) throws VmdiskException {
        SeSparseLayout layout = SeSparseLayout.forCapacity(capacity, FILE);

        assertThat(layout.grainCount()).isEqualTo(grains);
        assertThat(layout.tableCount()).isEqualTo(tables);
        assertThat(layout.capacityBytes()).isEqualTo(capacity * 512);
    }

    @Test
    void makesTheLargestFileOf64TebibytesAndNoLarger() throws VmdiskException {
        long largest = 136_899_940_352L;

        assertThat(SeSparseLayout.forCapacity(largest, FILE).header().grains().endSectors())
                .isLessThanOrEqualTo(1L << 37);
        assertThatThrownBy(() -> SeSparseLayout.forCapacity(largest + 1, FILE))
                .isInstanceOf(LimitExceededException.class)
                .hasMessageContaining("136899940352");
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, (1L << 37) + 1, Long.MAX_VALUE})
    void refusesImpossibleCapacities(long capacity) {
        assertThatThrownBy(() -> SeSparseLayout.forCapacity(capacity, FILE)).isInstanceOf(LimitExceededException.class);
    }

    @Test
    void addressesTheWorkedExample() throws VmdiskException {
        SeSparseLayout layout = SeSparseLayout.forCapacity(81920, FILE);

        assertThat(layout.directoryEntryAt(1)).isEqualTo(0x200008);
        assertThat(layout.tableAt(1)).isEqualTo(0x308000);
        assertThat(layout.tableIn(0x308000)).isEqualTo(1);
        assertThat(layout.grainAt(4)).isEqualTo(0x604000);
        assertThat(layout.grainIn(0x604000)).isEqualTo(4);
        assertThat(layout.grainsWithin(6311936)).isEqualTo(5);
        assertThat(layout.grainsWithin(6311937)).isEqualTo(6);
        assertThat(layout.grainsWithin(100)).isZero();
        assertThat(layout.directoryEnd()).isEqualTo(0x200018);
        assertThat(layout.tableRoom()).isEqualTo(32);
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                1,
                3,
                2049,
                4095,
                4097,
                12289,
                1L << 38,
                (1L << 38) + 1,
                1L << 62,
                Long.MAX_VALUE,
                -1,
                Long.MIN_VALUE
            })
    void refusesRegionsThatOverlapOrLeaveTheFile(long directoryAt) throws VmdiskException {
        ByteBuffer bytes = SeSparseHeaderTest.hundredMebibytes();
        bytes.putLong(0x80, directoryAt);
        SeSparseHeader header = SeSparseHeader.parse(bytes, FILE);

        assertThatThrownBy(() -> SeSparseLayout.of(header, FILE))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("grain directory");
    }

    @ParameterizedTest
    @CsvSource({
        "0x58, volatile header, 0",
        "0x68, journal header, 1",
        "0x88, grain directory, 0",
        "0x98, grain tables region, 447",
        "0xA8, free bitmap, 6",
        "0xB8, back map, 399",
        "0xC8, grains region, 204799"
    })
    void refusesRegionsThatAreTooSmall(String at, String name, long size) throws VmdiskException {
        ByteBuffer bytes = SeSparseHeaderTest.hundredMebibytes();
        bytes.putLong(Integer.decode(at), size);
        SeSparseHeader header = SeSparseHeader.parse(bytes, FILE);

        assertThatThrownBy(() -> SeSparseLayout.of(header, FILE))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining(name)
                .hasMessageContaining(size + " sectors");
    }

    @ParameterizedTest
    @ValueSource(ints = {0x50, 0x60, 0x70, 0x80, 0x90, 0xA0, 0xB0, 0xC0})
    void refusesARegionOverTheHeader(int at) throws VmdiskException {
        ByteBuffer bytes = SeSparseHeaderTest.hundredMebibytes();
        bytes.putLong(at, 0);
        SeSparseHeader header = SeSparseHeader.parse(bytes, FILE);

        assertThatThrownBy(() -> SeSparseLayout.of(header, FILE)).isInstanceOf(MalformedFileException.class);
    }

    @Test
    void addressesBitmapAndBackMapOfTheWorkedExample() throws VmdiskException {
        SeSparseLayout layout = SeSparseLayout.forCapacity(81920, FILE);

        assertThat(layout.bitmapByteAt(17)).isEqualTo(0x400002);
        assertThat(layout.bitmapEnd()).isEqualTo(0x400500);
        assertThat(layout.backMapEntryAt(4)).isEqualTo(0x500020);
        assertThat(layout.backMapEnd()).isEqualTo(0x514000);
        assertThat(SeSparseLayout.forCapacity(9, FILE).bitmapEnd()).isEqualTo(0x400008);
    }

    /** Each region where no host puts it, behind everything else. */
    @ParameterizedTest
    @ValueSource(ints = {0x50, 0x60, 0x70, 0x80, 0x90, 0xA0, 0xB0, 0xC0})
    void knowsAFileThatIsNotLaidOutAsAHostDoes(int at) throws VmdiskException {
        ByteBuffer bytes = SeSparseHeaderTest.hundredMebibytes();
        assertThat(SeSparseLayout.of(SeSparseHeader.parse(bytes, FILE), FILE).isAsHost(FILE))
                .isTrue();

        bytes.putLong(at, 12288 + 204800);

        assertThat(SeSparseLayout.of(SeSparseHeader.parse(bytes, FILE), FILE).isAsHost(FILE))
                .isFalse();
    }

    @Test
    void aRegionWithoutRoundingHasRoomForItsTablesOnly() throws VmdiskException {
        ByteBuffer bytes = SeSparseHeaderTest.hundredMebibytes();
        bytes.putLong(0x98, 7 * 64);

        assertThat(SeSparseLayout.of(SeSparseHeader.parse(bytes, FILE), FILE).tableRoom())
                .isEqualTo(7);
        SeSparseHeader tooSmall = SeSparseHeader.parse(bytes.putLong(0x98, 7 * 64 - 1), FILE);
        assertThat(SeSparseLayout.problems(tooSmall)).hasSize(1);
    }

    @Test
    void aLargerRegionForTablesGivesNoRoomForMoreThanAMebibyteOfThem() throws VmdiskException {
        ByteBuffer bytes = SeSparseHeaderTest.hundredMebibytes();
        bytes.putLong(0x90, 12288 + 204800).putLong(0x98, 8192);

        assertThat(SeSparseLayout.of(SeSparseHeader.parse(bytes, FILE), FILE).tableRoom())
                .isEqualTo(32);
    }
}
