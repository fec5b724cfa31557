package io.vmdisk.extent;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.extent.GrainMap.Joining;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A disk of three tables with four grains of 4 KiB each; an entry is the file offset in grains, 1 is a zero grain. */
class GrainMapTest {
    private static final int GRAIN = TinyFormat.GRAIN;
    private static final int TABLE = TinyFormat.TABLE;
    private static final GrainGeometry GEOMETRY = TinyFormat.GEOMETRY;

    private final TinyFormat tiny = new TinyFormat();

    private static List<String> runs(GrainMap map, long start, long length) throws IOException {
        List<String> runs = new ArrayList<>();
        map.locate(start, length, (at, count, state) -> runs.add(at + "+" + count + "=" + state));
        return runs;
    }

    @Test
    void grainsInARowInTheFileAreOneRun() throws IOException {
        try (BlockFile file = tiny.file(8, 9, 20, 21)) {
            assertThat(runs(tiny.map(file, Joining.NEIGHBOURS), 0, 4 * GRAIN))
                    .containsExactly("0+8192=" + 8 * GRAIN, "8192+8192=" + 20 * GRAIN);
        }
    }

    @Test
    void compressedGrainsAreNeverJoined() throws IOException {
        try (BlockFile file = tiny.file(8, 9)) {
            assertThat(runs(tiny.map(file, Joining.NEVER), 0, 2 * GRAIN))
                    .containsExactly("0+4096=" + 8 * GRAIN, "4096+4096=" + 9 * GRAIN);
        }
    }

    @Test
    void aRangeMayBeginAndEndInsideGrains() throws IOException {
        try (BlockFile file = tiny.file(8, 1)) {
            assertThat(runs(tiny.map(file, Joining.NEIGHBOURS), 1000, 4000))
                    .containsExactly("1000+3096=" + (8 * GRAIN + 1000), "4096+904=" + GrainState.ZERO);
        }
    }

    @Test
    void absentTablesAreSkippedAtOnceUpToTheEndOfTheDisk() throws IOException {
        try (BlockFile file = tiny.file(1, 0, 0, 8)) {
            GrainMap map = tiny.map(file, Joining.NEIGHBOURS);

            assertThat(runs(map, 0, GEOMETRY.capacityBytes()))
                    .containsExactly(
                            "0+4096=" + GrainState.ZERO,
                            "4096+8192=" + GrainState.UNALLOCATED,
                            "12288+4096=" + 8 * GRAIN,
                            "16384+" + (GEOMETRY.capacityBytes() - 4 * GRAIN) + "=" + GrainState.UNALLOCATED);
            assertThat(map.nextTable(1)).isEqualTo(3);
        }
    }

    @Test
    void aChangeIsSeenAtOnceAndInTheFileAfterTheFlush() throws IOException {
        try (BlockFile file = tiny.file(8, 0, 0, 0)) {
            GrainMap map = tiny.map(file, Joining.NEIGHBOURS);

            map.set(1, 2, 9 * GRAIN, new TinyFormat.Space(GrainState.ZERO));

            assertThat(runs(map, 0, 3 * GRAIN)).containsExactly("0+12288=" + 8 * GRAIN);
            assertThat(entry(1)).isZero();
            map.writeTables(table -> TABLE);
            map.flushed();
            assertThat(entry(1)).isEqualTo(9);
            assertThat(entry(2)).isEqualTo(10);
            assertThat(map.changedBytes()).isZero();
        }
    }

    @Test
    void aTableThatIsNotThereIsTakenFromTheSpaceAndNamedByTheDirectory() throws IOException {
        try (BlockFile file = tiny.file(8)) {
            GrainMap map = tiny.map(file, Joining.NEIGHBOURS);

            map.set(9, 1, 30 * GRAIN, new TinyFormat.Space(GrainState.ZERO));

            assertThat(map.state(9)).isEqualTo(30 * GRAIN);
            assertThat(map.tableOffset(2)).isEqualTo(TinyFormat.Space.NEW_TABLE);
            assertThat(map.nextTable(1)).isEqualTo(2);
            map.writeDirectory(TinyFormat.DIRECTORY, map::rawDirectoryEntry);
            assertThat(tiny.stored(TinyFormat.DIRECTORY + 2 * Integer.BYTES))
                    .isEqualTo((int) TinyFormat.Space.NEW_TABLE);
        }
    }

    private int entry(int index) throws IOException {
        return tiny.stored(TABLE + index * Integer.BYTES);
    }

    @Test
    void theMapOfADamagedFileMayHaveShortEntries() throws IOException {
        try (BlockFile file = tiny.file(8, 1, 0, 1000)) {
            GrainMap map = GrainMap.ofDamaged(
                    file,
                    GEOMETRY,
                    tiny,
                    new TableCache(1 << 20),
                    Joining.NEIGHBOURS,
                    LostEntries.NONE,
                    TinyFormat.DIRECTORY);

            assertThat(runs(map, 0, 4 * GRAIN))
                    .containsExactly(
                            "0+4096=" + 8 * GRAIN,
                            "4096+4096=" + GrainState.ZERO,
                            "8192+4096=" + GrainState.UNALLOCATED,
                            "12288+4096=" + GrainState.LOST);
        }
    }
}
