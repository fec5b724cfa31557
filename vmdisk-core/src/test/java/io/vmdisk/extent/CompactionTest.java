package io.vmdisk.extent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.Progress;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The smallest format there can be, and windows so small that everything crosses them. */
class CompactionTest {
    private static final Path PATH = MemoryVolume.folder().resolve("d");
    private static final int SECTOR = 512;
    private static final int ENTRIES = 128;
    private static final int TABLES = 3;
    private static final int GRAINS = TABLES * ENTRIES - 5;
    private static final int BASE = (1 + TABLES) * SECTOR;

    /** A directory of one sector, tables of one sector, grains of one sector behind them; an entry is a sector. */
    private static final EntryCodec CODEC = new EntryCodec() {
        @Override
        public int entryBytes() {
            return Integer.BYTES;
        }

        @Override
        public long tableOffset(long raw, int table) {
            return raw == 0 ? GrainState.UNALLOCATED : raw * SECTOR;
        }

        @Override
        public long rawDirectoryEntry(long tableOffset) {
            return tableOffset / SECTOR;
        }

        @Override
        public long state(long raw, long grain) {
            return raw == 0 ? GrainState.UNALLOCATED : raw * SECTOR;
        }

        @Override
        public long rawEntry(long state) {
            return state < 0 ? 0 : state / SECTOR;
        }
    };

    private final MemoryVolume volume = new MemoryVolume();
    private final BitSet fixed = new BitSet();
    private final int[] slotOf = new int[GRAINS];
    private final byte[][] content = new byte[GRAINS][];

    @ParameterizedTest
    @CsvSource({
        "1, 40, 60, 0, 5",
        "2, 100, 300, 3, 7",
        "3, 300, 300, 0, 16",
        "4, 5, 400, 2, 3",
        "5, 0, 50, 0, 4",
        "6, 64, 128, 10, 64",
        "7, 371, 379, 1, 1000000",
        "8, 200, 260, 40, 9"
    })
    void packsWhateverLiesWherever(int seed, int used, int slots, int others, int window) throws IOException {
        make(new Random(seed), used, slots, others);
        try (BlockFile file = volume.open(PATH, OpenMode.WRITE)) {
            GrainMap map = map(file);
            SlotUse use = use(file, map, window);
            assertThat(free(use)).isEqualTo(expectedFree());

            Compaction compaction = Compaction.plan(file, map, BASE, use);
            Space space = new Space(file);
            compaction.run(space, Progress.NONE);

            int lastFixed = fixed.length();
            long expected = BASE + (long) Math.max(lastFixed, used + fixed.cardinality()) * SECTOR;
            assertThat(file.size()).isEqualTo(compaction.endBytes()).isEqualTo(Math.min(expected, file.size()));
            assertThat(space.moved * SECTOR).isEqualTo(compaction.bytesToMove());
            if (used > 0 && lastFixed < used) {
                assertThat(file.size()).isEqualTo(expected);
            }
            requireContent(file);
            assertThat(Compaction.plan(file, map(file), BASE, use(file, map(file), window))
                            .bytesToMove())
                    .isZero();
        }
    }

    @Test
    void refusesGrainsThatDoNotLieInSlots() throws IOException {
        make(new Random(1), 4, 10, 0);
        try (BlockFile file = volume.open(PATH, OpenMode.WRITE)) {
            assertThatThrownBy(() -> Compaction.plan(file, map(file), BASE - 100, SlotUse.Fixed.NONE))
                    .isInstanceOf(UnsupportedFeatureException.class)
                    .hasMessageContaining("in place");
        }
    }

    private void make(Random random, int used, int slots, int others) throws IOException {
        List<Integer> places = new ArrayList<>();
        for (int slot = 0; slot < slots + others; slot++) {
            places.add(slot);
        }
        Collections.shuffle(places, random);
        List<Integer> grains = new ArrayList<>();
        for (int grain = 0; grain < GRAINS; grain++) {
            slotOf[grain] = -1;
            grains.add(grain);
        }
        Collections.shuffle(grains, random);
        try (BlockFile file = volume.open(PATH, OpenMode.CREATE)) {
            file.setSize(BASE);
            file.writeFully(BASE, ByteBuffer.wrap(Patterns.random(99, (slots + others) * SECTOR)));
            ByteBuffer tables = ByteBuffer.allocate(BASE).order(ByteOrder.LITTLE_ENDIAN);
            for (int table = 0; table < TABLES; table++) {
                tables.putInt(table * Integer.BYTES, 1 + table);
            }
            for (int i = 0; i < used; i++) {
                int grain = grains.get(i);
                int slot = places.get(i);
                slotOf[grain] = slot;
                content[grain] = Patterns.random(grain, SECTOR);
                tables.putInt(SECTOR + grain * Integer.BYTES, BASE / SECTOR + slot);
                file.writeFully(BASE + (long) slot * SECTOR, ByteBuffer.wrap(content[grain]));
            }
            file.writeFully(0, tables);
        }
        for (int i = 0; i < others; i++) {
            fixed.set(places.get(used + i));
        }
    }

    private static GrainMap map(BlockFile file) {
        GrainGeometry geometry = new GrainGeometry((long) GRAINS * SECTOR, SECTOR, ENTRIES);
        return new GrainMap(file, geometry, CODEC, 0, new TableCache(1 << 20), GrainMap.Joining.NEIGHBOURS);
    }

    private SlotUse use(BlockFile file, GrainMap map, int window) {
        SlotUse.Fixed stretches = sink -> {
            for (int slot = fixed.nextSetBit(0); slot >= 0; slot = fixed.nextSetBit(slot + 1)) {
                sink.stretch(BASE + (long) slot * SECTOR + 100, 300);
            }
        };
        return new SlotUse(file, map, BASE, SECTOR, stretches, window);
    }

    private static BitSet free(SlotUse use) throws IOException {
        BitSet free = new BitSet();
        use.forEachFree(SlotUse.LastStretch.TELL, (offset, length) -> {
            assertThat(length % SECTOR).isZero();
            int slot = (int) (offset - BASE) / SECTOR;
            free.set(slot, slot + (int) length / SECTOR);
        });
        return free;
    }

    private BitSet expectedFree() throws IOException {
        BitSet free = new BitSet();
        free.set(0, (int) (volume.facts(PATH).size() - BASE) / SECTOR);
        free.andNot(fixed);
        for (int slot : slotOf) {
            if (slot >= 0) {
                free.clear(slot);
            }
        }
        return free;
    }

    private void requireContent(BlockFile file) throws IOException {
        GrainMap map = map(file);
        BitSet seen = new BitSet();
        for (int grain = 0; grain < GRAINS; grain++) {
            long state = map.state(grain);
            assertThat(state >= 0).isEqualTo(slotOf[grain] >= 0);
            if (state >= 0) {
                int slot = (int) (state - BASE) / SECTOR;
                assertThat(fixed.get(slot) || seen.get(slot))
                        .as("slot %d", slot)
                        .isFalse();
                seen.set(slot);
                ByteBuffer bytes = ByteBuffer.allocate(SECTOR);
                file.readFully(state, bytes);
                assertThat(bytes.array()).isEqualTo(content[grain]);
            }
        }
    }

    /** Writes tables in place and nothing else. */
    private static final class Space implements GrainSpace {
        private final BlockFile file;
        private long moved;

        Space(BlockFile file) {
            this.file = file;
        }

        @Override
        public void beforeFirstChange() {}

        @Override
        public GrainSpan allocate(long firstGrain, int wanted) {
            throw new IllegalStateException("nothing new is stored");
        }

        @Override
        public void take(long firstGrain, GrainSpan places) {
            moved += places.count();
        }

        @Override
        public void free(long grain, long fileOffset) {}

        @Override
        public long allocateTable(int table) {
            throw new IllegalStateException("tables exist");
        }

        @Override
        public long zeroMark() {
            return GrainState.UNALLOCATED;
        }

        @Override
        public long unmapMark() {
            return GrainState.UNALLOCATED;
        }

        @Override
        public void flush(GrainMap map) throws IOException {
            file.force();
            map.writeTables(map::tableOffset);
            file.force();
        }

        @Override
        public void close() {}
    }
}
