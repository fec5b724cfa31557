package io.vmdisk.extent.cowd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.VmdiskException;
import io.vmdisk.extent.LinkRole;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CowdLayoutTest {
    private static final Path FILE = Path.of("d-delta.vmdk");

    @ParameterizedTest
    @CsvSource({
        // capacity, entries, free sector, bytes
        "2048, 1, 5, 2560",
        "4096, 1, 5, 2560",
        "20480, 5, 5, 2560",
        "204800, 50, 5, 2560",
        "524289, 129, 6, 3072",
        "4192256, 1024, 12, 6144",
        "211812352, 51712, 408, 208896",
        "4294967295, 1048576, 8196, 4196352",
    })
    void laysNewFilesOut(long capacity, long entries, long free, long bytes) throws VmdiskException {
        CowdLayout layout = CowdLayout.forCapacity(capacity, LinkRole.DELTA, FILE);

        assertThat(layout.header().directoryEntries()).isEqualTo(entries);
        assertThat(layout.tableCount()).isEqualTo((int) entries);
        assertThat(layout.header().freeSector()).isEqualTo(free);
        assertThat(layout.firstFreeSector() * 512).isEqualTo(bytes);
        assertThat(layout.header().directorySector()).isEqualTo(4);
        assertThat(layout.header().grainSectors()).isEqualTo(1);
        assertThat(layout.header().flags()).isEqualTo(3);
        assertThat(CowdLayout.problems(layout.header())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 1L << 32, Long.MAX_VALUE})
    void refusesCapacitiesThatDontFit(long capacity) {
        assertThatThrownBy(() -> CowdLayout.forCapacity(capacity, LinkRole.DELTA, FILE))
                .isInstanceOf(LimitExceededException.class)
                .hasMessageContaining("seSparse");
    }

    @Test
    void countsTablesByTheGrainSize() throws VmdiskException {
        ByteBuffer bytes = CowdHeaderTest.tenMebibytes();
        bytes.putInt(CowdHeader.AT_CAPACITY, 131072)
                .putInt(CowdHeader.AT_GRAIN, 8)
                .putInt(CowdHeader.AT_DIRECTORY_ENTRIES, 4);

        CowdLayout layout = CowdLayout.of(CowdHeader.parse(bytes, FILE), FILE);

        assertThat(layout.tableCount()).isEqualTo(4);
        assertThat(layout.grainCount()).isEqualTo(16384);
        assertThat(layout.grainBytes()).isEqualTo(4096);
        assertThat(layout.directoryAt()).isEqualTo(2048);
        assertThat(layout.directoryEnd()).isEqualTo(2064);
    }

    @Test
    void readsOnlyTheDirectoryEntriesThatAreNeeded() throws VmdiskException {
        ByteBuffer bytes = CowdHeaderTest.tenMebibytes().putInt(CowdHeader.AT_DIRECTORY_ENTRIES, 1 << 20);

        CowdLayout layout = CowdLayout.of(CowdHeader.parse(bytes, FILE), FILE);

        assertThat(layout.tableCount()).isEqualTo(5);
        assertThat(layout.directoryEnd()).isEqualTo(2068);
    }

    @ParameterizedTest
    @CsvSource({"20, 3", "20, 0", "24, 4", "24, 0"})
    void refusesADirectoryThatCannotBe(int at, int value) throws VmdiskException {
        CowdHeader header = CowdHeader.parse(CowdHeaderTest.tenMebibytes().putInt(at, value), FILE);

        assertThatThrownBy(() -> CowdLayout.of(header, FILE))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("directory");
    }

    @ParameterizedTest
    @CsvSource({"1, 512", "20480, 10485760"})
    void knowsItsCapacityInBytes(long sectors, long bytes) throws VmdiskException {
        assertThat(CowdLayout.forCapacity(sectors, LinkRole.DELTA, FILE).capacityBytes())
                .isEqualTo(bytes);
    }

    @Test
    void theDirectoryMayEndWithTheLastSectorThatAnEntryCanName() throws VmdiskException {
        CowdHeader last = CowdHeader.parse(
                CowdHeaderTest.tenMebibytes()
                        .putInt(CowdHeader.AT_DIRECTORY, -1)
                        .putInt(CowdHeader.AT_DIRECTORY_ENTRIES, 128),
                FILE);
        CowdHeader behind = CowdHeader.parse(
                CowdHeaderTest.tenMebibytes()
                        .putInt(CowdHeader.AT_DIRECTORY, -1)
                        .putInt(CowdHeader.AT_DIRECTORY_ENTRIES, 129),
                FILE);

        assertThat(CowdLayout.problems(last)).isEmpty();
        assertThat(CowdLayout.problems(behind)).hasSize(1);
    }
}
