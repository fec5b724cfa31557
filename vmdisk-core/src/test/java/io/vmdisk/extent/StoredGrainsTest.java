package io.vmdisk.extent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.MalformedFileException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every place that the tables of a file name, whatever lies between them. */
class StoredGrainsTest {
    private static final int PLACE = WideFormat.GRAINS_AT;

    private final WideFormat wide;

    StoredGrainsTest() throws IOException {
        wide = new WideFormat();
    }

    private List<String> told() throws IOException {
        List<String> told = new ArrayList<>();
        StoredGrains.of(wide.file, wide.map()).forEach((grain, at) -> told.add(grain + "@" + at));
        return told;
    }

    @Test
    void aFileWithoutTablesHasNone() throws IOException {
        assertThat(told()).isEmpty();
    }

    @Test
    void tellsTheFirstAndTheLastEntryOfTablesInARow() throws IOException {
        wide.grain(0, PLACE).grain(63, PLACE + 1024).grain(64, PLACE + 2048).grain(191, PLACE + 3072);

        assertThat(told())
                .containsExactly("0@" + PLACE, "63@" + (PLACE + 1024), "64@" + (PLACE + 2048), "191@" + (PLACE + 3072));
    }

    @Test
    void tellsWhatStandsBehindAGapInTheDirectory() throws IOException {
        wide.grain(64, PLACE).grain(64 * 5 + 7, PLACE + 1024).grain(64 * 1099, PLACE + 2048);

        assertThat(told()).containsExactly("64@" + PLACE, "327@" + (PLACE + 1024), "70336@" + (PLACE + 2048));
    }

    @Test
    void tellsTablesThatDoNotFollowEachOtherInTheFile() throws IOException {
        wide.grain(0, PLACE).grain(128, PLACE + 1024);
        wide.table(1, WideFormat.TABLES_AT + 2 * WideFormat.TABLE_BYTES).table(2, 0);

        assertThat(told()).containsExactly("0@" + PLACE, "64@" + (PLACE + 1024));
    }

    @Test
    void tellsMoreTablesInARowThanAreReadAtOnce() throws IOException {
        List<String> expected = new ArrayList<>();
        for (int table = 0; table < 300; table++) {
            wide.grain(table * 64L + table % 64, PLACE + table * 1024L);
            expected.add(table * 64 + table % 64 + "@" + (PLACE + table * 1024L));
        }

        assertThat(told()).isEqualTo(expected);
    }

    @Test
    void tellsNeitherZerosNorWhatIsLeftToTheParent() throws IOException {
        wide.grain(0, GrainState.ZERO)
                .grain(1, GrainState.UNALLOCATED)
                .grain(2, PLACE)
                .grain(3, GrainState.UNMAPPED);

        assertThat(told()).containsExactly("2@" + PLACE);
    }

    @Test
    void aDirectoryEntryThatNamesNoTableIsPassedOver() throws IOException {
        wide.grain(3, PLACE).grain(131, PLACE + 1024).table(1, 7);

        assertThat(told()).containsExactly("3@" + PLACE, "131@" + (PLACE + 1024));
    }

    @Test
    void entriesBehindTheEndOfTheDiskAreNoGrains() throws IOException {
        GrainGeometry shorter = new GrainGeometry(5 * WideFormat.GRAIN, WideFormat.GRAIN, WideFormat.ENTRIES);
        GrainMap map = new GrainMap(
                wide.file, shorter, wide, WideFormat.DIRECTORY, new TableCache(1 << 20), GrainMap.Joining.NEIGHBOURS);
        wide.grain(4, PLACE).grain(5, PLACE + 1024);
        List<Long> told = new ArrayList<>();

        StoredGrains.of(wide.file, map).forEach((grain, at) -> told.add(grain));

        assertThat(told).containsExactly(4L);
    }

    @Test
    void aTableInAHoleIsNotReadAndTheNextOneIs() throws IOException {
        wide.table(0, 8 << 20).grain(64, PLACE);
        wide.file.setSize(16 << 20);

        assertThat(told()).containsExactly("64@" + PLACE);
    }

    @Test
    void whatWasChangedInMemoryIsNotSeenBeforeTheFlush() throws IOException {
        wide.grain(0, PLACE);
        GrainMap map = wide.map();
        map.set(1, 1, PLACE + 1024, new TinyFormat.Space(GrainState.ZERO));
        List<Long> told = new ArrayList<>();

        StoredGrains.of(wide.file, map).forEach((grain, at) -> told.add(grain));
        map.writeTables(table -> WideFormat.TABLES_AT);
        StoredGrains.of(wide.file, map).forEach((grain, at) -> told.add(grain));

        assertThat(told).containsExactly(0L, 0L, 1L);
    }

    @Test
    void anEntryThatMeansNothingIsRefused() throws IOException {
        wide.grain(70, WideFormat.BAD - 1);

        assertThatThrownBy(this::told)
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("grain 70");
    }

    @Test
    void aTableThatTheFileIsTooShortForIsRefused() throws IOException {
        wide.table(0, WideFormat.GRAINS_AT - 512).table(1, WideFormat.GRAINS_AT);
        wide.file.writeFully(WideFormat.GRAINS_AT - 512, WideFormat.word(PLACE + 1));
        wide.file.setSize(WideFormat.GRAINS_AT + 511);
        wide.file.writeFully(WideFormat.GRAINS_AT + 8, WideFormat.word(PLACE + 1));

        assertThatThrownBy(this::told)
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("the file ends after");
    }

    @Test
    void entriesBehindTheEndOfTheDiskAreNoGrainsOfALaterTableEither() throws IOException {
        GrainGeometry shorter = new GrainGeometry(70 * WideFormat.GRAIN, WideFormat.GRAIN, WideFormat.ENTRIES);
        GrainMap map = new GrainMap(
                wide.file, shorter, wide, WideFormat.DIRECTORY, new TableCache(1 << 20), GrainMap.Joining.NEIGHBOURS);
        wide.grain(69, PLACE).grain(70, PLACE + 1024);
        List<Long> told = new ArrayList<>();

        StoredGrains.of(wide.file, map).forEach((grain, at) -> told.add(grain));

        assertThat(told).containsExactly(69L);
    }
}
