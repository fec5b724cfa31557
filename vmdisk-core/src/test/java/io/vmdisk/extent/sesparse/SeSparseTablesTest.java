package io.vmdisk.extent.sesparse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.VmdiskException;
import io.vmdisk.extent.GrainState;
import io.vmdisk.extent.TableCache;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.testkit.MemoryVolume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers, directory, entries and the order of tables, of a file for 160 MiB: ten tables, room for 32. */
class SeSparseTablesTest {
    private static final int CAPACITY = 160 << 20;
    private static final long TABLE = 1L << 60;

    private final BlockFile file;
    private final SeSparseLayout layout;
    private final SeSparseCodec codec;
    private final SeSparseMeantCodec meant;

    SeSparseTablesTest() throws IOException {
        file = new MemoryVolume().open(MemoryVolume.folder().resolve("d-sesparse.vmdk"), OpenMode.CREATE);
        SeSparseExtents.create(file, CAPACITY);
        layout = SeSparseFile.read(file).layout();
        codec = new SeSparseCodec(layout, file.path());
        meant = new SeSparseMeantCodec(layout, file.path());
    }

    @AfterEach
    void close() throws IOException {
        file.close();
    }

    private void put(long at, long value) throws IOException {
        file.writeFully(
                at,
                ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(0, value));
    }

    private void directory(int slot, long raw) throws IOException {
        put(layout.directoryEntryAt(slot), raw);
    }

    private void freeTable(long count) throws IOException {
        put(layout.header().volatileHeader().offsetBytes() + SeSparseVolatileHeader.AT_FREE_TABLE, count);
    }

    private SeSparseTables scan() throws IOException {
        SeSparseFile opened = SeSparseFile.read(file);
        return SeSparseTables.scan(opened, SeSparseExtents.map(opened, new TableCache(1 << 20)));
    }

    private void unsafe(String problem) {
        assertThatThrownBy(this::scan)
                .isInstanceOfSatisfying(
                        UnsafeStateException.class, e -> assertThat(e.code()).isEqualTo("unsafe.damaged"))
                .hasMessageContaining(problem);
    }

    @Test
    void aDirectoryEntryNamesATableThatThereIsRoomFor() throws IOException {
        assertThat(layout.tableCount()).isEqualTo(10);
        assertThat(layout.tableRoom()).isEqualTo(32);
        assertThat(codec.entryBytes()).isEqualTo(8);
        assertThat(codec.tableOffset(0, 3)).isEqualTo(GrainState.UNALLOCATED);
        assertThat(codec.tableOffset(TABLE | 31, 3)).isEqualTo(layout.tableAt(31));
        assertThat(codec.rawDirectoryEntry(layout.tableAt(7))).isEqualTo(TABLE | 7);
        for (long raw : new long[] {TABLE | 32, 1, 2 * TABLE, TABLE | 1L << 32, -1}) {
            assertThatThrownBy(() -> codec.tableOffset(raw, 3))
                    .isInstanceOfSatisfying(
                            MalformedFileException.class,
                            e -> assertThat(e.offset()).hasValue(layout.directoryEntryAt(3)));
        }
    }

    @Test
    void aTableEntryHasOneOfFourKindsAndAGrainThatThereIsRoomFor() throws IOException {
        long last = layout.grainCount() - 1;

        assertThat(codec.state(0, 5)).isEqualTo(GrainState.UNALLOCATED);
        assertThat(codec.state(TABLE | 77, 5)).isEqualTo(GrainState.UNMAPPED);
        assertThat(codec.state(2 * TABLE | 77, 5)).isEqualTo(GrainState.ZERO);
        assertThat(codec.state(SeSparseEntry.data(last), 5)).isEqualTo(layout.grainAt(last));
        for (long raw : new long[] {SeSparseEntry.data(last + 1), 1, 4 * TABLE, -1}) {
            assertThatThrownBy(() -> codec.state(raw, 5))
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining("grain 5 is 0x" + Long.toHexString(raw));
        }
    }

    @Test
    void writesTheEntryOfEachState() {
        assertThat(codec.rawEntry(layout.grainAt(4097))).isEqualTo(SeSparseEntry.data(4097));
        assertThat(codec.rawEntry(GrainState.UNALLOCATED)).isZero();
        assertThat(codec.rawEntry(GrainState.UNMAPPED)).isEqualTo(TABLE);
        assertThat(codec.rawEntry(GrainState.ZERO)).isEqualTo(2 * TABLE);
    }

    @Test
    void ofADamagedFileBitsThatMeanNothingAreNoise() throws IOException {
        assertThat(meant.entryBytes()).isEqualTo(8);
        assertThat(meant.tableOffset(TABLE | 7, 0)).isEqualTo(layout.tableAt(7));
        assertThat(meant.rawDirectoryEntry(layout.tableAt(7))).isEqualTo(TABLE | 7);
        assertThat(meant.rawEntry(GrainState.ZERO)).isEqualTo(2 * TABLE);
        assertThat(meant.state(2 * TABLE, 5)).isEqualTo(GrainState.ZERO);
        assertThat(meant.state(TABLE, 5)).isEqualTo(GrainState.UNMAPPED);
        assertThat(meant.state(SeSparseEntry.data(3), 5)).isEqualTo(layout.grainAt(3));
        long behind = SeSparseEntry.data(layout.grainCount()) - 2 * TABLE;
        assertThat(meant.state(SeSparseEntry.data(layout.grainCount() - 1) - 2 * TABLE, 5))
                .isEqualTo(GrainState.UNMAPPED);
        for (long raw : new long[] {2 * TABLE | 1, behind, 5 * TABLE}) {
            assertThatThrownBy(() -> meant.state(raw, 5)).isInstanceOf(MalformedFileException.class);
        }
    }

    @Test
    void tablesAreHandedOutInTheOrderOfFirstUseAndZeroed() throws IOException {
        put(layout.tableAt(1), 77);
        SeSparseTables tables = scan();

        assertThat(tables.of(5)).isZero();
        assertThat(tables.of(2)).isEqualTo(1);
        assertThat(tables.of(2)).isEqualTo(1);
        assertThat(tables.take(2)).isEqualTo(1);
        assertThat(tables.of(5)).isZero();
        assertThat(tables.take(5)).isZero();
        assertThat(tables.state().freeTable()).isEqualTo(2);
        assertThat(word(layout.tableAt(1))).isZero();
    }

    private long word(long at) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.readFully(at, bytes);
        return bytes.getLong(0);
    }

    @Test
    void tablesThatTheDirectoryNamesAreKeptAndOneThatACrashLeftIsTakenFirst() throws IOException {
        directory(4, TABLE);
        directory(9, TABLE | 2);
        freeTable(3);
        SeSparseTables tables = scan();

        assertThat(tables.of(4)).isZero();
        assertThat(tables.of(9)).isEqualTo(2);
        assertThat(tables.of(0)).isEqualTo(1);
        assertThat(tables.state().freeTable()).isEqualTo(3);
        assertThat(tables.of(1)).isEqualTo(3);
        assertThat(tables.state().freeTable()).isEqualTo(4);
    }

    @Test
    void refusesACountThatIsNone() throws IOException {
        freeTable(32);
        assertThatCode(this::scan).doesNotThrowAnyException();
        freeTable(33);
        unsafe("counts 33 grain tables");
        freeTable(-1);
        unsafe("counts 18446744073709551615 grain tables");
    }

    @Test
    void refusesToHandOutTablesWhereTwoEntriesShareOneOrTheCountLies() throws IOException {
        directory(0, TABLE | 1);
        freeTable(2);
        assertThatCode(this::scan).doesNotThrowAnyException();
        freeTable(1);
        unsafe("grain table 1 is in use");
        freeTable(2);
        directory(9, TABLE | 1);
        unsafe("two directory entries name grain table 1");
    }

    @Test
    void refusesATableThatADiskOfThisSizeDoesNotHave() throws IOException {
        freeTable(32);
        directory(0, TABLE | 9);
        assertThatCode(this::scan).doesNotThrowAnyException();
        directory(0, TABLE | 10);
        unsafe("names grain table 10");
    }

    @Test
    void theDirectoryTellsBadEntriesAndReadsTablesInTheOrderOfTheDisk() throws IOException {
        directory(1, TABLE | 8);
        directory(2, 7);
        directory(3, TABLE | 31);
        directory(4, TABLE | 32);
        directory(9, TABLE);
        put(layout.tableAt(8), 42);
        List<String> told = new ArrayList<>();

        SeSparseDirectory read = SeSparseDirectory.read(
                SeSparseFile.read(file), (slot, raw) -> told.add(slot + " is " + Long.toHexString(raw)));
        read.leaveOut(3);
        read.forEachTable((slot, table, entries) ->
                told.add(slot + " has " + table + ", " + entries.getLong(0) + ", " + entries.capacity()));

        assertThat(told).containsExactly("2 is 7", "4 is 1000000000000020", "1 has 8, 42, 32768", "9 has 0, 0, 32768");
        assertThat(read.size()).isEqualTo(10);
        assertThat(read.has(1)).isTrue();
        assertThat(read.table(1)).isEqualTo(8);
        assertThat(read.has(0)).isFalse();
        assertThat(read.has(3)).isFalse();
    }

    @Test
    void aFileCutInsideItsDirectoryIsNotOpened() throws IOException {
        file.setSize(layout.directoryEnd());
        assertThatCode(() -> SeSparseFile.read(file)).doesNotThrowAnyException();
        file.setSize(layout.directoryEnd() - 1);
        assertThatThrownBy(() -> SeSparseFile.read(file)).isInstanceOfSatisfying(MalformedFileException.class, e -> {
            assertThat(e.code()).isEqualTo("malformed.truncated");
            assertThat(e.offset()).hasValue(layout.directoryEnd() - 1);
        });
    }

    @Test
    void aFileCutInsideItsMetadataIsNotChanged() throws IOException {
        long whole = layout.metadataBytes();
        file.setSize(whole);
        assertThatCode(() -> SeSparseFile.read(file).requireChangeable()).doesNotThrowAnyException();
        cutAt(whole - 1, "its metadata");
        cutAt(layout.backMapEnd() - 1, "its back map");
        cutAt(layout.bitmapEnd() - 1, "its free bitmap");
    }

    @Test
    void aJournalThatWaitsIsSeenAndUnknownBytesAreOnlyRead() throws IOException {
        long state = layout.header().volatileHeader().offsetBytes();
        put(state + SeSparseVolatileHeader.AT_REPLAY_JOURNAL, 1);
        assertThatThrownBy(() -> SeSparseFile.read(file).requireClean())
                .isInstanceOfSatisfying(
                        UnsafeStateException.class, e -> assertThat(e.code()).isEqualTo("unsafe.journal"));
        assertThatThrownBy(() -> SeSparseFile.read(file).requireChangeable()).isInstanceOf(UnsafeStateException.class);
        put(state + SeSparseVolatileHeader.AT_REPLAY_JOURNAL, 0);
        put(state + 504, 1L << 56);
        assertThatThrownBy(() -> SeSparseFile.read(file).requireChangeable())
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("no known version");
    }

    @Test
    void theSmallHeadersAreWrittenAsTheyWereReadWithWhatStandsBehind() throws VmdiskException {
        byte[] bytes = new byte[1024];
        new java.util.Random(3).nextBytes(bytes);
        ByteBuffer state = ByteBuffer.wrap(bytes.clone(), 0, 512).slice().order(ByteOrder.LITTLE_ENDIAN);
        state.putLong(0, SeSparseVolatileHeader.MAGIC);
        ByteBuffer journal = ByteBuffer.wrap(bytes.clone()).order(ByteOrder.LITTLE_ENDIAN);
        journal.putLong(0, SeSparseJournalHeader.MAGIC);

        SeSparseVolatileHeader volatileHeader = SeSparseVolatileHeader.parse(state, file.path(), 512);
        SeSparseJournalHeader journalHeader = SeSparseJournalHeader.parse(journal, file.path(), 1024);

        assertThat(volatileHeader.encode()).isEqualTo(state);
        assertThat(volatileHeader.freeTable()).isEqualTo(state.getLong(8));
        assertThat(volatileHeader.nextTransaction()).isEqualTo(state.getLong(16));
        assertThat(volatileHeader.replayJournal()).isEqualTo(state.getLong(24));
        assertThat(volatileHeader.hasUnknownBytes()).isTrue();
        assertThat(volatileHeader.withFreeTable(5).encode()).isEqualTo(state.putLong(8, 5));
        assertThat(journalHeader.encode()).isEqualTo(journal);
        assertThat(journalHeader.appliedBefore()).isEqualTo(journal.getLong(8));
        assertThat(journalHeader.generation()).isEqualTo(journal.getLong(16));
        assertThat(SeSparseVolatileHeader.fresh().hasUnknownBytes()).isFalse();
        assertThat(SeSparseJournalHeader.fresh()).isEqualTo(SeSparseJournalHeader.empty(0, 1));
    }

    @Test
    void theSmallHeadersAreKnownByTheirMagic() {
        assertThatThrownBy(() -> SeSparseVolatileHeader.parse(ByteBuffer.allocate(512), file.path(), 512))
                .isInstanceOfSatisfying(
                        MalformedFileException.class,
                        e -> assertThat(e.offset()).hasValue(512));
        assertThatThrownBy(() -> SeSparseJournalHeader.parse(ByteBuffer.allocate(1024), file.path(), 1024))
                .isInstanceOfSatisfying(
                        MalformedFileException.class,
                        e -> assertThat(e.offset()).hasValue(1024));
    }

    @ParameterizedTest
    @ValueSource(longs = {15, 20})
    void regionsThatOnlyTouchDoNotOverlap(long start) {
        SeSparseRegion region = new SeSparseRegion(10, 5);

        assertThat(region.overlaps(new SeSparseRegion(start, 5))).isFalse();
        assertThat(new SeSparseRegion(start, 5).overlaps(region)).isFalse();
        assertThat(region.overlaps(new SeSparseRegion(14, 5))).isTrue();
        assertThat(new SeSparseRegion(14, 5).overlaps(region)).isTrue();
    }

    @Test
    void aRegionLiesBelowALimitOrNoSumOfItIsMade() {
        assertThat(new SeSparseRegion(10, 5).isBelow(15)).isTrue();
        assertThat(new SeSparseRegion(10, 5).isBelow(14)).isFalse();
        assertThat(new SeSparseRegion(0, 0).isBelow(0)).isTrue();
        assertThat(new SeSparseRegion(15, 0).isBelow(15)).isTrue();
        assertThat(new SeSparseRegion(16, 0).isBelow(15)).isFalse();
        assertThat(new SeSparseRegion(-1, 5).isBelow(15)).isFalse();
        assertThat(new SeSparseRegion(1, -5).isBelow(15)).isFalse();
        assertThat(new SeSparseRegion(10, Long.MAX_VALUE).isBelow(15)).isFalse();
        assertThat(new SeSparseRegion(10, 5).endSectors()).isEqualTo(15);
        assertThat(new SeSparseRegion(10, 5).offsetBytes()).isEqualTo(5120);
        assertThat(new SeSparseRegion(10, 5).sizeBytes()).isEqualTo(2560);
        assertThat(new SeSparseRegion(10, -1)).hasToString("<10 : 18446744073709551615>");
    }

    private void cutAt(long size, String what) throws IOException {
        file.setSize(size);
        assertThatThrownBy(() -> SeSparseFile.read(file).requireChangeable())
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("ends after " + size + " bytes, " + what);
    }

    @Test
    void aLongDirectoryIsReadInPieces() throws IOException {
        try (BlockFile large = new MemoryVolume().open(MemoryVolume.folder().resolve("large"), OpenMode.CREATE)) {
            SeSparseExtents.create(large, 65L << 30);
            SeSparseFile opened = SeSparseFile.read(large);
            for (int slot : new int[] {4095, 4096, 4159}) {
                large.writeFully(
                        opened.layout().directoryEntryAt(slot),
                        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, TABLE | slot));
            }

            SeSparseDirectory read = SeSparseDirectory.read(opened, (slot, raw) -> {
                throw new AssertionError(slot);
            });

            assertThat(read.size()).isEqualTo(4160);
            for (int slot : new int[] {4095, 4096, 4159}) {
                assertThat(read.table(slot)).isEqualTo(slot);
            }
            assertThat(read.has(4097)).isFalse();
        }
    }
}
