package io.vmdisk.extent.cowd;

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
import io.vmdisk.extent.LinkRole;
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
class CowdDamageTest {
    private static final Path PATH = MemoryVolume.folder().resolve("d-delta.vmdk");
    private static final int MIB = 1 << 20;
    private static final int CAPACITY = 5 * MIB;
    private static final int TABLE_0 = 5 * 512;
    private static final int END_SECTOR = 5 + 32 + 4 + 32 + 1;

    private final MemoryVolume volume = new MemoryVolume();
    private byte[] content;

    /** Directory at 2048; table 0 at sector 5 with grains 37 to 40, table 1 at sector 41 with grain 73. */
    @BeforeEach
    void makeDisk() throws IOException {
        ExtentModel model = ExtentModel.create(new CowdFormat(), volume, PATH, CAPACITY, new byte[0], 0, 2 * MIB);
        model.write(0, Patterns.random(1, 2048));
        model.write(2 * MIB, Patterns.random(2, 512));
        model.close();
        content = model.content();
    }

    @Test
    void findsNothingInASoundFile() throws IOException {
        assertThat(check()).isEmpty();
        byte[] bytes = volume.bytes(PATH);
        assertThat(bytes).hasSize(END_SECTOR * 512);
        assertThat(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(28))
                .isEqualTo(END_SECTOR);
        assertThat(Arrays.copyOfRange(bytes, 1632, 1652)).containsOnly(0);
    }

    @ParameterizedTest
    @CsvSource({
        // place, value, finding, severity
        "8, 1, cowd.flags, WARNING",
        "1648, 1, cowd.unclean, WARNING",
        "2048, 4, cowd.table-place, ERROR",
        "2048, 43, cowd.table-place, ERROR",
        "2048, -1, cowd.table-place, ERROR",
        "2056, 41, cowd.shared-table, ERROR",
        "2056, 42, cowd.shared-table, ERROR",
        "2560, 4, cowd.grain-place, ERROR",
        "2560, 74, cowd.grain-place, ERROR",
        "2560, -1, cowd.grain-place, ERROR",
        "2560, 38, cowd.shared-space, ERROR",
        "2560, 41, cowd.shared-space, ERROR",
        "2560, 1, cowd.entry-one, WARNING",
        "2560, 0, cowd.leak, LEAK",
        "2048, 0, cowd.leak, LEAK",
        "28, 73, cowd.free-sector, ERROR",
        "28, 75, cowd.cut, WARNING",
        "16, 2, cowd.grain-size, INFO",
        "20, 5, cowd.directory-place, INFO",
        "4, 3, cowd.unreadable, ERROR",
        "16, 0, cowd.unreadable, ERROR",
        "20, 3, cowd.unreadable, ERROR"
    })
    void findsEachKindOfDamage(int at, int value, String id, Severity severity) throws IOException {
        patch(at, value);

        assertThat(check())
                .filteredOn(finding -> finding.id().equals(id))
                .isNotEmpty()
                .allMatch(finding -> finding.severity() == severity);
    }

    @Test
    void findsEntriesBehindTheEndOfTheDisk() throws IOException {
        patch(CowdHeader.AT_CAPACITY, 2);

        assertThat(check()).extracting(Finding::id).contains("cowd.entry-behind-disk");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2047, 2048, 2059, 2560, 2560 + 16383, END_SECTOR * 512 - 1})
    void takesAShortFileForDamageAndNeverForZeros(int size) throws IOException {
        try (BlockFile file = volume.open(PATH, OpenMode.WRITE)) {
            file.setSize(size);
        }

        assertThatThrownBy(() -> read()).isInstanceOf(MalformedFileException.class);
        assertThat(check()).anyMatch(finding -> finding.severity() == Severity.ERROR);
    }

    @Test
    void acceptsADirectoryThatEndsInsideTheLastSector() throws IOException {
        Path path = MemoryVolume.folder().resolve("empty");
        try (BlockFile file = volume.open(path, OpenMode.CREATE)) {
            CowdExtents.create(file, CAPACITY, LinkRole.DELTA);
            file.setSize(2048 + 3 * 4);
        }

        ExtentModel model =
                ExtentModel.over(new CowdFormat(), volume, path, new byte[CAPACITY], new byte[0], 0, 2 * MIB);
        model.requireEqual();
        model.write(2 * MIB, Patterns.random(2, 512));
        model.close();
        model.reopen();
        model.requireEqual();
        model.close();
        model.requireSound(Severity.INFO);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, -1, 74})
    void takesBadEntriesForDamageAndNeverForZeros(int sector) throws IOException {
        patch(TABLE_0 + 4, sector);

        assertThatThrownBy(() -> read()).isInstanceOf(MalformedFileException.class);
    }

    @Test
    void refusesAWorkstation3Disk() throws IOException {
        patch(4, 3);

        assertThatThrownBy(() -> read()).isInstanceOf(UnsupportedFeatureException.class);
    }

    @Test
    void changesAnUncleanFileOnlyIfACheckFindsItSound() throws IOException {
        patch(1648, 1);
        ExtentModel model = ExtentModel.over(new CowdFormat(), volume, PATH, content, new byte[0], 0);
        model.write(MIB, Patterns.random(3, 512));
        model.close();
        assertThat(check()).isEmpty();

        patch(1648, 1);
        patch(TABLE_0, 38);
        assertThatThrownBy(() -> openWritable())
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("sector 38");
        assertThatThrownBy(() -> repair()).isInstanceOf(UnsafeStateException.class);
    }

    @Test
    void isMarkedUncleanWhileItIsChanged() throws IOException {
        try (WritableExtent extent = openWritable()) {
            assertThat(ByteBuffer.wrap(volume.bytes(PATH)).get(1648)).isZero();
            extent.write(0, ByteBuffer.allocate(1), Backing.NONE);
            assertThat(ByteBuffer.wrap(volume.bytes(PATH)).get(1648)).isEqualTo((byte) 1);
        }
        assertThat(ByteBuffer.wrap(volume.bytes(PATH)).get(1648)).isZero();
    }

    @Test
    void repairsTheHeaderToTheVeryBytes() throws IOException {
        byte[] sound = volume.bytes(PATH);
        patch(CowdHeader.AT_FREE, 40);
        patch(1648, 1);

        repair();

        assertThat(volume.bytes(PATH)).isEqualTo(sound);
        repair();
        assertThat(volume.bytes(PATH)).isEqualTo(sound);
    }

    @Test
    void neverAppendsOverWhatAnEntryNamesBehindTheEnd() throws IOException {
        patch(TABLE_0 + 4, 100);
        byte[] before = volume.bytes(PATH);
        try (WritableExtent extent = openWritable()) {
            assertThatThrownBy(() -> extent.write(MIB, ByteBuffer.allocate(512), Backing.NONE))
                    .isInstanceOf(UnsafeStateException.class)
                    .hasMessageContaining("grain 1 at byte 51200");
        }

        assertThat(volume.bytes(PATH)).isEqualTo(before);
    }

    @Test
    void usesFreedGrainsAgainButOnlyAfterAFlush() throws IOException {
        ExtentModel model = ExtentModel.over(new CowdFormat(), volume, PATH, content, new byte[0], 0);
        model.unmap(512, 1024);
        model.write(MIB, Patterns.random(7, 512));
        model.flush();
        assertThat(volume.bytes(PATH)).hasSize((END_SECTOR + 1) * 512);
        model.write(MIB + 4096, Patterns.random(8, 1024));
        model.close();

        assertThat(volume.bytes(PATH)).hasSize((END_SECTOR + 1) * 512);
        model.reopen();
        model.requireEqual();
        model.close();
        assertThat(check()).isEmpty();
    }

    @Test
    void growsWhereTheDirectoryHasRoomAndRefusesElsewhere() throws IOException {
        try (BlockFile file = volume.open(PATH, OpenMode.WRITE)) {
            CowdExtents.grow(file, 256L * MIB);
            assertThatThrownBy(() -> CowdExtents.grow(file, 256L * MIB + 512))
                    .isInstanceOf(LimitExceededException.class);
            assertThatThrownBy(() -> CowdExtents.grow(file, MIB)).isInstanceOf(LimitExceededException.class);
            assertThat(CowdExtents.capacityBytes(file)).isEqualTo(256L * MIB);
        }

        assertThat(check()).isEmpty();
        BlockFile file = volume.open(PATH, OpenMode.READ);
        try (Extent extent = CowdExtents.open(file, new TableCache(1 << 20))) {
            assertThat(ExtentContent.of(extent, Backing.NONE, 0, CAPACITY)).isEqualTo(content);
        }
    }

    @Test
    void answersForADirectoryOfOneTableAMillionTimes() throws IOException {
        Path path = MemoryVolume.folder().resolve("hostile");
        try (BlockFile file = volume.open(path, OpenMode.CREATE)) {
            CowdExtents.create(file, CowdLayout.MAX_CAPACITY_SECTORS * 512, LinkRole.DELTA);
            int[] entries = new int[1 << 20];
            Arrays.fill(entries, 8196);
            ByteBuffer bytes = ByteBuffer.allocate(entries.length * 4).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asIntBuffer().put(entries);
            file.writeFully(2048, bytes);
            file.setSize(8300 * 512);
        }

        try (BlockFile file = volume.open(path, OpenMode.READ)) {
            List<Finding> findings = CowdChecker.check(file, Progress.NONE);
            assertThat(findings).hasSizeLessThan(30);
            assertThat(findings).extracting(Finding::id).contains("cowd.shared-table");
        }
    }

    private List<Finding> check() throws IOException {
        try (BlockFile file = volume.open(PATH, OpenMode.READ)) {
            return CowdChecker.check(file, Progress.NONE);
        }
    }

    private void repair() throws IOException {
        try (BlockFile file = volume.open(PATH, OpenMode.WRITE)) {
            CowdRepair.resetHeader(file, Progress.NONE);
        }
    }

    private WritableExtent openWritable() throws IOException {
        BlockFile file = volume.open(PATH, OpenMode.WRITE);
        try {
            return CowdExtents.openWritable(file, new TableCache(40_000));
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private byte[] read() throws IOException {
        BlockFile file = volume.open(PATH, OpenMode.READ);
        try (file;
                Extent extent = CowdExtents.open(file, new TableCache(1 << 20))) {
            return ExtentContent.of(extent);
        }
    }

    private void patch(int at, int value) throws IOException {
        write(
                at,
                ByteBuffer.allocate(4)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(value)
                        .array());
    }

    private void write(int at, byte[] bytes) throws IOException {
        try (BlockFile file = volume.open(PATH, OpenMode.WRITE)) {
            file.writeFully(at, ByteBuffer.wrap(bytes));
        }
    }
}
