package io.vmdisk.extent.sesparse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.Finding;
import io.vmdisk.Finding.Severity;
import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.extent.Backing;
import io.vmdisk.extent.Extent;
import io.vmdisk.extent.TableCache;
import io.vmdisk.extent.WritableExtent;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.testkit.ExtentContent;
import io.vmdisk.testkit.ExtentModel;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One sound file, one thing wrong with it: what reading, writing, checking and repairing say. */
class SeSparseDamageTest {
    private static final Path PATH = MemoryVolume.folder().resolve("d-sesparse.vmdk");
    private static final int MIB = 1 << 20;
    private static final int CAPACITY = 33 * MIB;
    private static final long DIRECTORY = 2 * MIB;
    private static final long TABLE_0 = 3 * MIB;
    private static final long BITMAP = 4 * MIB;
    private static final long BACK_MAP = 5 * MIB;
    private static final long GRAINS = 6 * MIB;
    private static final long VOLATILE = 512;

    private final MemoryVolume volume = new MemoryVolume();
    private byte[] content;

    /** Grains 0 to 3 of the disk are stored grains 0 to 3; the first grain of the second table is stored grain 4. */
    @BeforeEach
    void makeDisk() throws IOException {
        ExtentModel model =
                ExtentModel.create(new SeSparseFormat(), volume, PATH, CAPACITY, new byte[0], 0, 16 * MIB, CAPACITY);
        model.write(0, Patterns.random(1, 4 * 4096));
        model.write(16 * MIB, Patterns.random(2, 4096));
        model.close();
        content = model.content();
    }

    @Test
    void findsNothingInASoundFile() throws IOException {
        assertThat(check()).isEmpty();
        assertThat(volume.bytes(PATH)).hasSize((int) GRAINS + 5 * 4096);
    }

    @ParameterizedTest
    @CsvSource({
        // place, value, finding, severity
        "0x300008, 0x4000000000000000, sesparse.entry, ERROR",
        "0x300008, 0xF000000000000000, sesparse.entry, ERROR",
        "0x300008, 0x0000000000000001, sesparse.entry, ERROR",
        "0x300008, 0x3000000000000003, sesparse.grain-place, ERROR",
        "0x300008, 0x3005000000000000, sesparse.grain-place, ERROR",
        "0x300008, 0x3FFFFFFFFFFFFFFF, sesparse.grain-place, ERROR",
        "0x300008, 0x3000000000000000, sesparse.shared-grain, ERROR",
        "0x300020, 0x2000000000000007, sesparse.zero-with-index, INFO",
        "0x200008, 0x1000000000000000, sesparse.shared-table, ERROR",
        "0x200008, 0x2000000000000001, sesparse.directory-entry, ERROR",
        "0x200008, 0x1000000000000020, sesparse.directory-entry, ERROR",
        "0x200008, 0x1000000100000001, sesparse.directory-entry, ERROR",
        "0x200008, 0x0000000000000000, sesparse.table-leak, LEAK",
        "0x208, 1, sesparse.free-table, ERROR",
        "0x208, 0xFFFFFFFFFFFFFFFF, sesparse.free-table, ERROR",
        "0x208, 3, sesparse.table-leak, LEAK",
        "0x218, 1, sesparse.journal, WARNING",
        "0x220, 1, sesparse.unknown-bytes, WARNING",
        "0x1F8, 1, sesparse.unknown-bytes, WARNING",
        "0x30, 512, sesparse.sector-format, INFO",
        "0x400, 0, sesparse.journal-header, WARNING",
        "0x400000, 0x1D, sesparse.live-grain-free, ERROR",
        "0x400000, 0x3F, sesparse.leak, LEAK",
        "0x400100, 1, sesparse.leak, LEAK",
        "0x500008, 0, sesparse.back-map, WARNING",
        "0x500008, 0x1002000000000000, sesparse.back-map, WARNING",
        "0x10, 0, sesparse.unreadable, ERROR",
        "0x80, 1, sesparse.unreadable, ERROR",
        "0x200, 0, sesparse.unreadable, ERROR"
    })
    void findsEachKindOfDamage(String at, String value, String id, Severity severity) throws IOException {
        patch(Long.decode(at), Long.parseUnsignedLong(value.replace("0x", ""), value.startsWith("0x") ? 16 : 10));

        assertThat(check())
                .filteredOn(finding -> finding.id().equals(id))
                .isNotEmpty()
                .allMatch(finding -> finding.severity() == severity);
    }

    @Test
    void findsEntriesBehindTheEndOfTheDisk() throws IOException {
        patch(SeSparseHeader.AT_CAPACITY, 16);

        assertThat(check()).extracting(Finding::id).contains("sesparse.entry-behind-disk");
    }

    @Test
    void boundsWhatItReportsOfATableOfGarbage() throws IOException {
        byte[] garbage = new byte[32768];
        Arrays.fill(garbage, (byte) 0x99);
        write(TABLE_0, garbage);

        List<Finding> findings = check();

        assertThat(findings).hasSizeLessThan(30);
        assertThat(findings).extracting(Finding::message).contains("4076 more of this kind");
    }

    @Test
    void refusesADirtyFileUnlessItIsSalvaged() throws IOException {
        patch(VOLATILE + SeSparseVolatileHeader.AT_REPLAY_JOURNAL, 1);

        assertThatThrownBy(() -> openReadable())
                .isInstanceOfSatisfying(
                        UnsafeStateException.class,
                        e -> assertThat(e.condition()).isEqualTo("journal"))
                .hasMessageContaining("d-sesparse.vmdk");
        assertThatThrownBy(() -> openWritable()).isInstanceOf(UnsafeStateException.class);
        assertThatThrownBy(() -> repair()).isInstanceOf(UnsafeStateException.class);
        try (Extent extent = SeSparseExtents.openDamaged(volume.open(PATH, OpenMode.READ), new TableCache(1 << 20))) {
            assertThat(ExtentContent.of(extent)).isEqualTo(content);
            assertThat(extent.doubts()).singleElement().asString().contains("d-sesparse.vmdk", "journal alone");
        }
    }

    @Test
    void readsButDoesNotChangeAFileWithUnknownBytes() throws IOException {
        patch(0x1F0, 7);

        assertThat(read()).isEqualTo(content);
        assertThatThrownBy(() -> openWritable()).isInstanceOf(UnsupportedFeatureException.class);
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                0x4000000000000000L,
                0xF000000000000000L,
                1,
                0x0001000000000000L,
                0x3000000000000003L,
                0x3FFF_FFFF_FFFF_FFFFL,
                0x3005000000000000L
            })
    void takesBadEntriesForDamageAndNeverForZeros(long entry) throws IOException {
        patch(TABLE_0 + 8, entry);

        assertThatThrownBy(() -> read()).isInstanceOf(MalformedFileException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 511, 512, 1023, 2 * MIB, 2 * MIB + 23, 3 * MIB, 3 * MIB + 65535, 6 * MIB + 5 * 4096 - 1})
    void takesAShortFileForDamageAndNeverForZeros(int size) throws IOException {
        try (BlockFile file = volume.open(PATH, OpenMode.WRITE)) {
            file.setSize(size);
        }

        assertThatThrownBy(() -> read()).isInstanceOf(MalformedFileException.class);
        assertThat(check()).anyMatch(finding -> finding.severity() == Severity.ERROR);
    }

    @ParameterizedTest
    @CsvSource({"0x200008, 0x1000000000000000", "0x208, 1", "0x208, 0xFFFFFFFFFFFFFFFF"})
    void doesNotChangeAFileWhoseTablesAreInDoubt(String at, String value) throws IOException {
        patch(Long.decode(at), Long.parseUnsignedLong(value.replace("0x", ""), 16));

        try (WritableExtent extent = openWritable()) {
            assertThatThrownBy(() -> extent.write(0, ByteBuffer.allocate(512), Backing.NONE))
                    .isInstanceOf(UnsafeStateException.class);
        }
    }

    @Test
    void handsNothingOutWhileTheBitmapCallsLiveGrainsFree() throws IOException {
        patch(BITMAP, 0b11011);
        byte[] before = volume.bytes(PATH);

        try (WritableExtent extent = openWritable()) {
            assertThatThrownBy(() -> extent.write(MIB, ByteBuffer.allocate(512), Backing.NONE))
                    .isInstanceOf(UnsafeStateException.class)
                    .hasMessageContaining("repair");
        }
        assertThat(volume.bytes(PATH)).isEqualTo(before);
        repair();
        assertThat(check()).isEmpty();
        assertThat(read()).isEqualTo(content);
    }

    @Test
    void rebuildsBitmapBackMapCountAndJournalToTheVeryBytes() throws IOException {
        byte[] sound = volume.bytes(PATH);
        write(BITMAP, Patterns.random(3, 500));
        write(BITMAP + 700, Patterns.random(3, 100));
        write(BACK_MAP, new byte[40]);
        patch(VOLATILE + SeSparseVolatileHeader.AT_FREE_TABLE, 3);
        write(TABLE_0 + 2 * 32768, Patterns.random(4, 32768));
        write(2048 * 512, Patterns.random(5, 5000));
        write(1024, new byte[24]);

        repair();

        byte[] repaired = volume.bytes(PATH);
        assertThat(Arrays.mismatch(repaired, sound)).isEqualTo(-1);
        repair();
        assertThat(volume.bytes(PATH)).isEqualTo(sound);
    }

    @Test
    void doesNotRepairWhatTheTablesThemselvesGetWrong() throws IOException {
        patch(TABLE_0 + 8, 0x3000000000000000L);

        assertThatThrownBy(() -> repair())
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("stored grain 0");
    }

    @Test
    void clearsAJournalWithRecordsBeforeTheFirstChange() throws IOException {
        write(2048 * 512, Patterns.random(5, 5000));
        write(1024 + 0x250, Patterns.random(6, 300));
        patch(VOLATILE + SeSparseVolatileHeader.AT_NEXT_TRANSACTION, 36);
        patch(1024 + SeSparseJournalHeader.AT_GENERATION, 5);

        ExtentModel model = ExtentModel.over(new SeSparseFormat(), volume, PATH, content, new byte[0], 0);
        model.write(0, new byte[] {1});
        model.close();

        byte[] bytes = volume.bytes(PATH);
        assertThat(Arrays.copyOfRange(bytes, 2048 * 512, 4096 * 512)).containsOnly(0);
        assertThat(Arrays.copyOfRange(bytes, 1024, 2048))
                .isEqualTo(SeSparseJournalHeader.empty(36, 5).encode().array());
    }

    @Test
    void leavesAnEmptyJournalAndItsSlackAlone() throws IOException {
        write(1024 + 0x250, Patterns.random(6, 300));
        byte[] slack = Arrays.copyOfRange(volume.bytes(PATH), 1024, 2048);

        ExtentModel model = ExtentModel.over(new SeSparseFormat(), volume, PATH, content, new byte[0], 0);
        model.write(0, new byte[] {1});
        model.close();

        assertThat(Arrays.copyOfRange(volume.bytes(PATH), 1024, 2048)).isEqualTo(slack);
    }

    @Test
    void usesFreedGrainsAgainButOnlyAfterAFlush() throws IOException {
        ExtentModel model = ExtentModel.over(new SeSparseFormat(), volume, PATH, content, new byte[0], 0);
        model.unmap(4096, 8192);
        model.write(MIB, Patterns.random(7, 4096));
        model.flush();
        assertThat(volume.bytes(PATH)).hasSize((int) GRAINS + 6 * 4096);
        model.write(2 * MIB, Patterns.random(8, 8192));
        model.close();

        assertThat(volume.bytes(PATH)).hasSize((int) GRAINS + 6 * 4096);
        model.reopen();
        model.unmap(0, 4096);
        model.close();
        model.reopen();
        model.write(3 * MIB, Patterns.random(9, 4096));
        model.close();
        assertThat(volume.bytes(PATH)).hasSize((int) GRAINS + 6 * 4096);
        assertThat(check()).isEmpty();
        model.reopen();
        model.requireEqual();
        model.close();
    }

    @Test
    void marksUnmappedGrainsAsZerosWhichEveryReaderKnowsWithoutPointingAnywhere() throws IOException {
        ExtentModel model = ExtentModel.over(new SeSparseFormat(), volume, PATH, content, new byte[0], 0);
        model.unmap(4096, 4096);
        model.zero(8192, 4096);
        model.close();

        ByteBuffer bytes = ByteBuffer.wrap(volume.bytes(PATH)).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(bytes.getLong((int) TABLE_0 + 8)).isEqualTo(SeSparseEntry.ZERO_ENTRY);
        assertThat(bytes.getLong((int) TABLE_0 + 16)).isEqualTo(SeSparseEntry.ZERO_ENTRY);
        assertThat(bytes.get((int) BITMAP)).isEqualTo((byte) 0b11001);
        assertThat(bytes.getLong((int) BACK_MAP + 8)).isZero();
    }

    @Test
    void growsWhereTheRegionsHaveRoomAndRefusesElsewhere() throws IOException {
        try (BlockFile file = volume.open(PATH, OpenMode.WRITE)) {
            SeSparseExtents.grow(file, 512L * MIB);
            assertThatThrownBy(() -> SeSparseExtents.grow(file, 512L * MIB + 512))
                    .isInstanceOf(LimitExceededException.class);
            assertThatThrownBy(() -> SeSparseExtents.grow(file, 512L * MIB - 512))
                    .isInstanceOf(LimitExceededException.class);
            assertThat(SeSparseExtents.capacityBytes(file)).isEqualTo(512L * MIB);
        }

        assertThat(check()).isEmpty();
        try (Extent extent = openReadable()) {
            byte[] start = ExtentContent.of(extent, Backing.NONE, 0, CAPACITY);
            assertThat(start).isEqualTo(content);
        }
    }

    @Test
    void doesNotGrowOverWhatLiesBehindTheEnd() throws IOException {
        patch(DIRECTORY + 24, SeSparseEntry.directory(2));

        try (BlockFile file = volume.open(PATH, OpenMode.WRITE)) {
            assertThatThrownBy(() -> SeSparseExtents.grow(file, 512L * MIB)).isInstanceOf(UnsafeStateException.class);
        }
    }

    @Test
    void answersForAnEnormousEmptyDiskAtOnce() throws IOException {
        Path path = MemoryVolume.folder().resolve("huge");
        try (BlockFile file = volume.open(path, OpenMode.CREATE)) {
            SeSparseExtents.create(file, 62L << 40);
        }
        writeLastGrain(path);

        try (BlockFile file = volume.open(path, OpenMode.READ)) {
            assertThat(SeSparseChecker.check(file, Progress.NONE)).isEmpty();
            assertThat(file.allocatedBytes()).isLessThan(MIB);
        }
    }

    private void writeLastGrain(Path path) throws IOException {
        byte[] grain = Patterns.random(1, 4096);
        TableCache cache = new TableCache(1 << 20);
        try (WritableExtent extent = SeSparseExtents.openWritable(volume.open(path, OpenMode.WRITE), cache)) {
            long last = extent.capacity() - grain.length;
            extent.write(last, ByteBuffer.wrap(grain), Backing.NONE);
            extent.flush();
            byte[] tail = ExtentContent.of(extent, Backing.NONE, last - 4096, 8192);
            assertThat(Arrays.copyOfRange(tail, 4096, 8192)).isEqualTo(grain);
        }
    }

    private List<Finding> check() throws IOException {
        try (BlockFile file = volume.open(PATH, OpenMode.READ)) {
            return SeSparseChecker.check(file, Progress.NONE);
        }
    }

    private void repair() throws IOException {
        try (BlockFile file = volume.open(PATH, OpenMode.WRITE)) {
            SeSparseRepair.rebuildMaps(file, Progress.NONE);
        }
    }

    private Extent openReadable() throws IOException {
        BlockFile file = volume.open(PATH, OpenMode.READ);
        try {
            return SeSparseExtents.open(file, new TableCache(1 << 20));
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private WritableExtent openWritable() throws IOException {
        BlockFile file = volume.open(PATH, OpenMode.WRITE);
        try {
            return SeSparseExtents.openWritable(file, new TableCache(40_000));
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private byte[] read() throws IOException {
        try (Extent extent = openReadable()) {
            return ExtentContent.of(extent);
        }
    }

    private void patch(long at, long value) throws IOException {
        write(
                at,
                ByteBuffer.allocate(8)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(value)
                        .array());
    }

    private void write(long at, byte[] bytes) throws IOException {
        try (BlockFile file = volume.open(PATH, OpenMode.WRITE)) {
            file.writeFully(at, ByteBuffer.wrap(bytes));
        }
    }
}
