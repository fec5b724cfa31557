package io.vmdisk.extent.sesparse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.LimitExceededException;
import io.vmdisk.Remedy;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.extent.Backing;
import io.vmdisk.extent.GrainMap;
import io.vmdisk.extent.GrainSpan;
import io.vmdisk.extent.TableCache;
import io.vmdisk.extent.WritableExtent;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A file with four stored grains, the second of them free again: which places are handed out, and which never. */
class SeSparseGrainsTest {
    private static final int GRAIN = 4096;
    private static final Path PATH = MemoryVolume.folder().resolve("d-sesparse.vmdk");

    private final MemoryVolume volume = new MemoryVolume();
    private BlockFile file;
    private SeSparseFile opened;
    private GrainMap map;
    private SeSparseLayout layout;

    @BeforeEach
    void makeFile() throws IOException {
        try (BlockFile fresh = volume.open(PATH, OpenMode.CREATE)) {
            SeSparseExtents.create(fresh, 16 << 20);
        }
        try (WritableExtent extent =
                SeSparseExtents.openWritable(volume.open(PATH, OpenMode.WRITE), new TableCache(1 << 20))) {
            extent.write(0, ByteBuffer.wrap(Patterns.filled(1, 4 * GRAIN)), Backing.NONE);
            extent.unmap(GRAIN, GRAIN, Backing.NONE);
            extent.flush();
        }
        open();
    }

    private void open() throws IOException {
        file = volume.open(PATH, OpenMode.WRITE);
        opened = SeSparseFile.read(file);
        layout = opened.layout();
        map = SeSparseExtents.map(opened, new TableCache(1 << 20));
    }

    @AfterEach
    void close() throws IOException {
        file.close();
    }

    private long place(GrainSpan span) {
        return layout.grainIn(span.fileOffset());
    }

    @Test
    void theLowestHoleIsTakenFirstThenTheEnd() throws IOException {
        SeSparseGrains grains = SeSparseGrains.scan(opened, map);

        GrainSpan first = grains.allocate(3);
        GrainSpan second = grains.allocate(3);

        assertThat(place(first)).isEqualTo(1);
        assertThat(first.count()).isEqualTo(1);
        assertThat(place(second)).isEqualTo(4);
        assertThat(second.count()).isEqualTo(3);
    }

    @Test
    void whatIsFreedIsHandedOutOnlyAfterItsReleaseOfWhichTheFileKnows() throws IOException {
        SeSparseGrains grains = SeSparseGrains.scan(opened, map);
        grains.allocate(1);
        grains.free(layout.grainAt(2));
        assertThat(place(grains.allocate(1))).isEqualTo(4);

        grains.release();

        assertThat(place(grains.allocate(1))).isEqualTo(2);
    }

    @Test
    void aBitIsSetWhenTheGrainIsHandedOutAndClearedByTheRelease() throws IOException {
        SeSparseGrains grains = SeSparseGrains.scan(opened, map);
        grains.allocate(2);
        grains.write();
        assertThat(bitmap()).isEqualTo((byte) 0b1111);

        grains.free(layout.grainAt(3));
        grains.write();
        assertThat(bitmap()).isEqualTo((byte) 0b1111);
        grains.release();
        assertThat(bitmap()).isEqualTo((byte) 0b0111);
    }

    private byte bitmap() throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        file.readFully(layout.header().bitmap().offsetBytes(), one);
        return one.get(0);
    }

    @Test
    void aBitmapThatCallsAStoredGrainFreeStopsEverything() throws IOException {
        file.writeFully(layout.header().bitmap().offsetBytes(), ByteBuffer.wrap(new byte[] {0b1001}));
        close();
        open();

        assertThatThrownBy(() -> SeSparseGrains.scan(opened, map))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("calls stored grains free that hold data");
    }

    @Test
    void aFileWithoutAGrainLeftOffersToFreeWhatNothingNames() throws IOException {
        SeSparseGrains grains = SeSparseGrains.scan(opened, map);

        assertThatThrownBy(() -> {
                    while (true) {
                        grains.allocate(1_000);
                    }
                })
                .isInstanceOfSatisfying(LimitExceededException.class, e -> {
                    assertThat(e.code()).isEqualTo("limit.sesparse-full");
                    assertThat(e.remedy().actions())
                            .extracting(Remedy.Action::kind)
                            .containsExactly(Remedy.Kind.REPAIR_TABLES);
                });
    }

    private GrainSpan allocate(SeSparseGrains grains, int wanted, int expectedPlace, int expectedCount)
            throws IOException {
        GrainSpan span = grains.allocate(wanted);
        assertThat(place(span)).isEqualTo(expectedPlace);
        assertThat(span.count()).isEqualTo(expectedCount);
        return span;
    }

    /** Sets the first bytes of the bitmap, and makes the file long enough for so many grains. */
    private void bitmap(int grains, int... bytes) throws IOException {
        ByteBuffer bits = ByteBuffer.allocate(bytes.length);
        for (int value : bytes) {
            bits.put((byte) value);
        }
        file.writeFully(layout.header().bitmap().offsetBytes(), bits.flip());
        file.setSize(layout.grainAt(grains));
        close();
        open();
    }

    @Test
    void holesAreFoundBetweenWordsOfWhichAllBitsAreSet() throws IOException {
        int[] bytes = new int[24];
        bytes[0] = 0b1101;
        java.util.Arrays.fill(bytes, 8, 16, 0xFF);
        bytes[16] = 1;
        bytes[17] = 1;
        bitmap(192, bytes);
        SeSparseGrains grains = SeSparseGrains.scan(opened, map);

        allocate(grains, 100, 1, 1);
        allocate(grains, 100, 4, 60);
        allocate(grains, 100, 129, 7);
        // What is free behind the last used grain of the file is left alone; behind its end all is free.
        allocate(grains, 100, 192, 100);
    }

    @Test
    void aHoleOfAWholeWordIsFound() throws IOException {
        int[] bytes = new int[17];
        bytes[0] = 0b1111;
        bytes[16] = 1;
        bitmap(130, bytes);
        SeSparseGrains grains = SeSparseGrains.scan(opened, map);

        allocate(grains, 1000, 4, 124);
    }

    @Test
    void whatTheBitmapCallsUsedBehindTheEndIsPassedOver() throws IOException {
        bitmap(8, 0xFF, 0b0000_0011, 0b0000_1000);
        SeSparseGrains grains = SeSparseGrains.scan(opened, map);

        allocate(grains, 100, 10, 9);
        allocate(grains, 3, 20, 3);
    }

    @Test
    void aFullFileHandsOutWhatNothingNamesButNeitherWhatItTookNorWhatItFreed() throws IOException {
        SeSparseGrains grains = SeSparseGrains.scan(opened, map);
        grains.allocate(1);
        allocate(grains, (int) layout.grainCount(), 4, (int) layout.grainCount() - 4);
        grains.free(layout.grainAt(0));
        assertThatThrownBy(() -> grains.allocate(1)).isInstanceOf(LimitExceededException.class);
        close();
        open();
        for (int leak : new int[] {7, 8, 100}) {
            map.set(leak, 1, layout.grainAt(leak), new NoSpace());
        }
        java.util.BitSet all = new java.util.BitSet();
        all.set(0, (int) layout.grainCount());
        file.writeFully(layout.header().bitmap().offsetBytes(), ByteBuffer.wrap(all.toByteArray()));
        SeSparseGrains full = SeSparseGrains.scan(opened, map);

        allocate(full, 2, 1, 1);
        allocate(full, 2, 4, 2);
        full.free(layout.grainAt(0));
        allocate(full, 100, 6, 1);
        allocate(full, 1000, 9, 91);
        allocate(full, 1 << 20, 101, (int) layout.grainCount() - 101);
        assertThatThrownBy(() -> full.allocate(1)).isInstanceOf(LimitExceededException.class);
    }

    /** The first table is there; nothing is asked for. */
    private static final class NoSpace implements io.vmdisk.extent.GrainSpace {
        @Override
        public void beforeFirstChange() {}

        @Override
        public GrainSpan allocate(long firstGrain, int wanted) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void take(long firstGrain, GrainSpan places) {}

        @Override
        public void free(long grain, long fileOffset) {}

        @Override
        public long allocateTable(int table) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long zeroMark() {
            return 0;
        }

        @Override
        public long unmapMark() {
            return 0;
        }

        @Override
        public void flush(GrainMap map) {}

        @Override
        public void close() {}
    }

    @Test
    void theBackMapSaysWhoOwnsAGrainUntilItIsReleased() throws IOException {
        SeSparseGrains grains = SeSparseGrains.scan(opened, map);
        grains.own(3, 0, 77);
        grains.write();
        assertThat(backMap(3)).isEqualTo(SeSparseEntry.backMap(0, 77));

        grains.free(layout.grainAt(3));
        grains.free(layout.grainAt(2));
        grains.release();

        assertThat(backMap(3)).isZero();
        assertThat(backMap(0)).isNotZero();
        assertThat(bitmap()).isEqualTo((byte) 0b0001);
    }

    private long backMap(int stored) throws IOException {
        ByteBuffer entry = ByteBuffer.allocate(Long.BYTES).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        file.readFully(layout.backMapEntryAt(stored), entry);
        return entry.getLong(0);
    }

    @Test
    void grainsThatWereChosenElsewhereAreMarked() throws IOException {
        SeSparseGrains grains = SeSparseGrains.scan(opened, map);
        grains.take(5, 2);
        grains.write();

        assertThat(bitmap()).isEqualTo((byte) 0b0110_1101);
    }

    @Test
    void aFileIsCutIfItsBitmapCallsGrainsBehindItsEndTaken() throws IOException {
        assertThat(SeSparseGrains.takesMoreThanIsThere(opened)).isFalse();
        bitmap(4, 0b1101);
        assertThat(SeSparseGrains.takesMoreThanIsThere(opened)).isFalse();
        bitmap(3, 0b1101);
        assertThat(SeSparseGrains.takesMoreThanIsThere(opened)).isTrue();
        bitmap((int) layout.grainCount(), 0b1101);
        assertThat(SeSparseGrains.takesMoreThanIsThere(opened)).isFalse();
    }

    @Test
    void everyHoleIsHeldAgainstEveryGrainThatATableNames() throws IOException {
        // Grain 3 holds data; the hole behind 4 to 7 must not be confused with one in front of it.
        bitmap(16, 0b1111_0101, 0b1000_0000);
        assertThatThrownBy(() -> SeSparseGrains.scan(opened, map))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("among 2 to 3");
        bitmap(16, 0b1111_1101, 0b1000_0000);
        allocate(SeSparseGrains.scan(opened, map), 9, 1, 1);
    }

    @Test
    void bitsBehindTheLastGrainMeanNothing() throws IOException {
        long behind = layout.grainCount();
        assertThat(behind % 8).isZero();
        file.writeFully(layout.header().bitmap().offsetBytes() + behind / 8, ByteBuffer.wrap(new byte[] {1}));

        assertThat(SeSparseGrains.takesMoreThanIsThere(opened)).isFalse();
    }
}
