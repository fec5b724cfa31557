package io.vmdisk.extent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.extent.GrainMap.Joining;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.testkit.RecordingVolume;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The map of a disk whose directory has several pages and whose tables have several sectors. */
class WideGrainMapTest {
    private static final int PLACE = WideFormat.GRAINS_AT;

    private final WideFormat wide;

    WideGrainMapTest() throws IOException {
        wide = new WideFormat();
    }

    private static List<String> runs(GrainMap map, long start, long length) throws IOException {
        List<String> runs = new ArrayList<>();
        map.locate(start, length, (at, count, state) -> runs.add(at + "+" + count + "=" + state));
        return runs;
    }

    @Test
    void tablesAreFoundOnEachPageOfTheDirectory() throws IOException {
        wide.table(511).table(512).table(1099);
        GrainMap map = wide.map();

        assertThat(map.nextTable(0)).isEqualTo(511);
        assertThat(map.nextTable(511)).isEqualTo(511);
        assertThat(map.nextTable(512)).isEqualTo(512);
        assertThat(map.nextTable(513)).isEqualTo(1099);
        assertThat(map.nextTable(1100)).isEqualTo(1100);
        assertThat(map.tableOffset(1099)).isEqualTo(WideFormat.TABLES_AT + 1099L * WideFormat.TABLE_BYTES);
        assertThat(map.rawDirectoryEntry(512)).isEqualTo(WideFormat.TABLES_AT + 512L * WideFormat.TABLE_BYTES);
        assertThat(map.rawDirectoryEntry(513)).isZero();
    }

    @Test
    void entriesOfTheLastTablesAreReadFromTheirPlace() throws IOException {
        wide.grain(512 * 64 + 3, PLACE).grain(1099 * 64 + 63, PLACE + 1024);
        GrainMap map = wide.map();

        assertThat(map.state(512 * 64 + 3)).isEqualTo(PLACE);
        assertThat(map.rawEntry(512 * 64 + 3)).isEqualTo(PLACE + 1);
        assertThat(map.rawEntry(0)).isZero();
        assertThat(map.state(1099 * 64 + 63)).isEqualTo(PLACE + 1024);
        assertThat(map.state(1099 * 64 + 62)).isEqualTo(GrainState.UNALLOCATED);
    }

    @Test
    void aRangeThatBeginsWithoutATableIsOneRunUpToTheFirstGrain() throws IOException {
        wide.grain(600 * 64, PLACE).grain(600 * 64 + 1, PLACE + 1024);
        long at = 600L * 64 * 1024;

        assertThat(runs(wide.map(), 0, at + 2 * 1024))
                .containsExactly("0+" + at + "=" + GrainState.UNALLOCATED, at + "+2048=" + PLACE);
    }

    @Test
    void anEmptyRangeHasNoRun() throws IOException {
        wide.grain(0, PLACE);

        assertThat(runs(wide.map(), 100, 0)).isEmpty();
    }

    @Test
    void zerosJoinAndUnmappedGrainsThatHoldPlacesDoNot() throws IOException {
        wide.grain(0, GrainState.ZERO).grain(1, GrainState.ZERO);
        wide.grain(2, GrainState.UNMAPPED | PLACE).grain(3, GrainState.UNMAPPED | PLACE);
        wide.grain(4, GrainState.UNMAPPED).grain(5, GrainState.UNMAPPED);

        assertThat(runs(wide.map(), 0, 6 * 1024))
                .containsExactly(
                        "0+2048=" + GrainState.ZERO,
                        "2048+1024=" + (GrainState.UNMAPPED | PLACE),
                        "3072+1024=" + (GrainState.UNMAPPED | PLACE),
                        "4096+2048=" + GrainState.UNMAPPED);
    }

    @Test
    void theGrainAtTheBeginningOfTheFileIsData() throws IOException {
        wide.grain(0, 0).grain(1, 1024);

        assertThat(runs(wide.map(), 0, 2048)).containsExactly("0+2048=0");
    }

    @Test
    void onlyChangedSectorsOfATableAreWritten() throws IOException {
        int entries = 64 * 64;
        GrainGeometry geometry = new GrainGeometry(2L * entries * 1024, 1024, entries);
        RecordingVolume recording = new RecordingVolume(wide.volume);
        BlockFile file = recording.open(wide.file.path(), OpenMode.WRITE);
        wide.table(0, 128 << 10).table(1, 256 << 10);
        GrainMap map =
                new GrainMap(file, geometry, wide, WideFormat.DIRECTORY, new TableCache(1 << 20), Joining.NEIGHBOURS);
        TinyFormat.Space space = new TinyFormat.Space(GrainState.ZERO);
        map.set(entries + 4095, 1, PLACE + 4096, space);
        map.set(64, 1, PLACE, space);
        map.set(127, 2, PLACE + 1024, space);
        map.set(64 * 9, 1, PLACE + 3072, space);
        assertThat(map.changedBytes()).isEqualTo(2L * entries * 8);

        List<Integer> asked = new ArrayList<>();
        map.writeTables(table -> {
            asked.add(table);
            return (128L + table * 128L) << 10;
        });

        assertThat(asked).containsExactly(0, 1);
        assertThat(recording.log())
                .extracting(Object::toString)
                .containsExactly(
                        "open wide WRITE",
                        "write wide@" + ((128 << 10) + 512) + "+1024",
                        "write wide@" + ((128 << 10) + 9 * 512) + "+512",
                        "write wide@" + ((256 << 10) + 63 * 512) + "+512");
        assertThat(wide.stored((128 << 10) + 64 * 8)).isEqualTo(PLACE + 1);
        assertThat(wide.stored((128 << 10) + 128 * 8)).isEqualTo(PLACE + 2048 + 1);
        assertThat(wide.stored((256 << 10) + 4095 * 8)).isEqualTo(PLACE + 4096 + 1);
    }

    @Test
    void aTableThatIsChangedThroughoutIsWrittenAtOnce() throws IOException {
        int entries = 64 * 64;
        GrainGeometry geometry = new GrainGeometry((long) entries * 1024, 1024, entries);
        wide.table(0, 128 << 10);
        GrainMap map = new GrainMap(
                wide.file, geometry, wide, WideFormat.DIRECTORY, new TableCache(1 << 20), Joining.NEIGHBOURS);
        map.set(0, entries, PLACE, new TinyFormat.Space(GrainState.ZERO));

        map.writeTables(table -> 128 << 10);

        assertThat(wide.stored(128 << 10)).isEqualTo(PLACE + 1);
        assertThat(wide.stored((128 << 10) + 4095 * 8)).isEqualTo(PLACE + 4095 * 1024 + 1);
    }

    @Test
    void aCopyThatHasNoPlaceIsSkippedAndOneAtTheFrontIsWritten() throws IOException {
        wide.grain(0, PLACE);
        GrainMap map = wide.map();
        map.set(0, 1, PLACE + 1024, new TinyFormat.Space(GrainState.ZERO));

        map.writeTables(table -> -1);
        assertThat(wide.stored(WideFormat.TABLES_AT)).isEqualTo(PLACE + 1);
        map.writeTables(table -> 0);
        assertThat(wide.stored(0)).isEqualTo(PLACE + 1024 + 1);
    }

    @Test
    void aNewTableFindsItsPlaceInAWideDirectoryOnce() throws IOException {
        GrainMap map = wide.map();
        map.set(600 * 64, 2, PLACE, new TinyFormat.Space(GrainState.ZERO));

        assertThat(map.state(600 * 64)).isEqualTo(PLACE);
        map.writeDirectory(WideFormat.DIRECTORY, map::rawDirectoryEntry);
        assertThat(wide.stored(WideFormat.DIRECTORY + 600 * 8)).isEqualTo(TinyFormat.Space.NEW_TABLE);
        map.flushed();
        wide.table(600, 0);
        map.writeDirectory(WideFormat.DIRECTORY, map::rawDirectoryEntry);

        assertThat(wide.stored(WideFormat.DIRECTORY + 600 * 8)).isZero();
        assertThat(map.changedBytes()).isZero();
    }

    @Test
    void changedTablesCountAgainstTheBudgetAndLeaveMemoryOnceTheyAreFlushed() throws IOException {
        for (int table = 0; table < 10; table++) {
            wide.table(table);
        }
        TableCache cache = new TableCache(2 * WideFormat.TABLE_BYTES);
        GrainMap map =
                new GrainMap(wide.file, WideFormat.GEOMETRY, wide, WideFormat.DIRECTORY, cache, Joining.NEIGHBOURS);
        TinyFormat.Space space = new TinyFormat.Space(GrainState.ZERO);
        for (int table = 0; table < 4; table++) {
            map.set(table * 64L, 1, PLACE + table * 1024L, space);
        }
        assertThat(cache.heldBytes()).isEqualTo(4 * WideFormat.TABLE_BYTES);
        assertThat(cache.overBudget()).isTrue();
        map.writeTables(map::tableOffset);
        map.flushed();

        for (int table = 4; table < 10; table++) {
            assertThat(map.state(table * 64L)).isEqualTo(GrainState.UNALLOCATED);
        }

        assertThat(cache.overBudget()).isFalse();
        assertThat(map.state(0)).isEqualTo(PLACE);
    }

    @Test
    void aTableHasNoMoreSectorsThanItCanRemember() {
        DirectoryPage page = new DirectoryPage(0, new long[1]);

        assertThat(new GrainTable(0, new byte[64 * 512], 8, page).isDirty()).isFalse();
        assertThatThrownBy(() -> new GrainTable(0, new byte[64 * 512 + 1], 8, page))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theMapOfADamagedFileTellsWhatCannotBeMeantAsLost() throws IOException {
        wide.grain(0, WideFormat.BAD - 1).grain(1, PLACE).grain(2, 1L << 40);
        wide.file.setSize(PLACE + 1024);

        GrainMap map = GrainMap.ofDamaged(
                wide.file,
                WideFormat.GEOMETRY,
                wide,
                new TableCache(1 << 20),
                Joining.NEIGHBOURS,
                LostEntries.NONE,
                WideFormat.DIRECTORY);

        assertThat(runs(map, 0, 3 * 1024))
                .containsExactly("0+1024=" + GrainState.LOST, "1024+1024=" + PLACE, "2048+1024=" + GrainState.LOST);
    }

    @Test
    void theDirectoryMayEndWithTheFile() throws IOException {
        wide.file.setSize(WideFormat.DIRECTORY + WideFormat.TABLES * 8);

        assertThat(wide.map().nextTable(0)).isEqualTo(WideFormat.TABLES);
    }

    @Test
    void newTablesCountAgainstTheBudget() throws IOException {
        TableCache cache = new TableCache(1 << 20);
        GrainMap map =
                new GrainMap(wide.file, WideFormat.GEOMETRY, wide, WideFormat.DIRECTORY, cache, Joining.NEIGHBOURS);

        map.set(0, 1, 0, new TinyFormat.Space(GrainState.ZERO));
        map.set(64, 2, 0, new TinyFormat.Space(GrainState.ZERO));

        assertThat(cache.heldBytes()).isEqualTo(2 * WideFormat.TABLE_BYTES);
        assertThat(map.state(65)).isEqualTo(WideFormat.GRAIN);
    }

    @Test
    void tablesOfALaterPageLeaveMemoryAndComeAgain() throws IOException {
        for (int table = 600; table < 606; table++) {
            wide.grain(table * 64L, PLACE + table * 1024L);
        }
        TableCache cache = new TableCache(2 * WideFormat.TABLE_BYTES);
        GrainMap map =
                new GrainMap(wide.file, WideFormat.GEOMETRY, wide, WideFormat.DIRECTORY, cache, Joining.NEIGHBOURS);
        for (int table = 600; table < 606; table++) {
            assertThat(map.state(table * 64L)).isEqualTo(PLACE + table * 1024L);
        }
        assertThat(cache.heldBytes()).isEqualTo(2 * WideFormat.TABLE_BYTES);
        wide.grain(600 * 64, 0);

        assertThat(map.state(600 * 64)).isZero();
    }
}
