package io.vmdisk.extent.hosted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.Finding;
import io.vmdisk.Finding.Severity;
import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.extent.Backing;
import io.vmdisk.extent.DescriptorArea;
import io.vmdisk.extent.LinkRole;
import io.vmdisk.extent.TableCache;
import io.vmdisk.extent.WritableExtent;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.testkit.ExtentContent;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One sound file, one thing wrong with it: what a check says. */
class HostedDamageTest {
    private static final Path PATH = MemoryVolume.folder().resolve("d.vmdk");
    private static final int MIB = 1 << 20;
    private static final int CAPACITY_SECTORS = 5 * 2048 + 5;
    private static final int REDUNDANT_DIRECTORY = 21 * 512;
    private static final int REDUNDANT_TABLE_0 = 22 * 512;
    private static final int DIRECTORY = 34 * 512;
    private static final int TABLE_0 = 35 * 512;
    private static final int TABLE_1 = TABLE_0 + 4 * 512;
    private static final int END_SECTOR = 72;

    private final MemoryVolume volume = new MemoryVolume();

    /** Grains of 8 sectors at 48, 56 (the disk's first) and 64 (at 2 MiB); three tables in both copies. */
    @BeforeEach
    void makeDisk() throws IOException {
        try (BlockFile file = volume.open(PATH, OpenMode.CREATE)) {
            HostedCreation.create(file, CAPACITY_SECTORS, 8, DescriptorArea.EMBEDDED);
        }
        try (WritableExtent extent = HostedExtents.openWritable(
                volume.open(PATH, OpenMode.WRITE), new TableCache(TableCache.DEFAULT_BUDGET_BYTES), LinkRole.BASE)) {
            extent.write(0, ByteBuffer.wrap(Patterns.random(1, 8192)), Backing.NONE);
            extent.write(2 * MIB, ByteBuffer.wrap(Patterns.random(2, 512)), Backing.NONE);
            extent.flush();
        }
    }

    @Test
    void findsNothingInASoundFile() throws IOException {
        assertThat(check()).isEmpty();
        assertThat(volume.bytes(PATH)).hasSize(END_SECTOR * 512);
    }

    @ParameterizedTest
    @CsvSource({
        // place, value, finding, severity
        "72, 220203521, hosted.unclean, WARNING",
        "4, 9, hosted.unreadable, ERROR",
        "20, 3, hosted.unreadable, ERROR",
        "8, 7, hosted.version, INFO",
        "28, 1000, hosted.descriptor-place, ERROR",
        "36, 30, hosted.shared-space, ERROR",
        "48, 1000, hosted.redundant-directory-place, ERROR",
        "52, 1, hosted.redundant-directory-place, ERROR",
        "56, 1000, hosted.directory-place, ERROR",
        "60, -2, hosted.directory-place, ERROR",
        "64, 1000, hosted.cut, ERROR",
        "68, -1, hosted.cut, ERROR",
        DIRECTORY + ", 0, hosted.directories-differ, ERROR",
        DIRECTORY + ", 1, hosted.directories-differ, ERROR",
        DIRECTORY + ", 71, hosted.table-place, ERROR",
        DIRECTORY + ", -1, hosted.table-place, ERROR",
        DIRECTORY + ", 39, hosted.shared-space, ERROR",
        DIRECTORY + ", 20, hosted.shared-space, ERROR",
        REDUNDANT_DIRECTORY + ", 0, hosted.redundant-table-place, ERROR",
        REDUNDANT_DIRECTORY + ", 71, hosted.redundant-table-place, ERROR",
        REDUNDANT_DIRECTORY + ", 35, hosted.shared-space, ERROR",
        TABLE_0 + ", 0, hosted.tables-differ, ERROR",
        REDUNDANT_TABLE_0 + ", 0, hosted.tables-differ, ERROR",
        TABLE_0 + ", 3, hosted.grain-place, ERROR",
        TABLE_0 + ", 72, hosted.grain-place, ERROR",
        TABLE_0 + ", -1, hosted.grain-place, ERROR",
        TABLE_0 + ", 22, hosted.shared-space, ERROR",
        TABLE_0 + ", 56, hosted.shared-space, ERROR",
        TABLE_0 + ", 50, hosted.grain-misaligned, WARNING",
        TABLE_0 + ", 71, hosted.grain-cut, WARNING",
        TABLE_0 + ", 1, hosted.zero-mark, WARNING",
    })
    void findsDamage(int place, int value, String id, Severity severity) throws IOException {
        put(place, value);

        assertThat(check()).anySatisfy(finding -> {
            assertThat(finding.id()).isEqualTo(id);
            assertThat(finding.severity()).isEqualTo(severity);
            assertThat(finding.file()).isEqualTo(PATH);
            assertThat(finding.message()).isNotBlank();
        });
    }

    @Test
    void oneDirectoryForBothIsNoDamage() throws IOException {
        put(48, DIRECTORY / 512);

        assertThat(check())
                .allSatisfy(finding -> assertThat(finding.severity()).isNotEqualTo(Severity.ERROR))
                .extracting(Finding::id)
                .contains("hosted.one-directory");
    }

    @Test
    void tellsOfGrainsThatNobodyUsesAnyMore() throws IOException {
        put(TABLE_0, 0);
        put(REDUNDANT_TABLE_0, 0);

        List<Finding> findings = check();

        assertThat(findings).hasSize(1);
        assertThat(findings.get(0).id()).isEqualTo("hosted.leak");
        assertThat(findings.get(0).severity()).isEqualTo(Severity.LEAK);
        assertThat(findings.get(0).message()).startsWith("4096 bytes in 1 grains");
    }

    @Test
    void nothingThatACutOffFlushHidComesBackAfterTheNextSession() throws IOException {
        put(TABLE_1, 0);
        put(72, 220203521);
        byte[] content = content();
        assertThat(check())
                .filteredOn(finding -> finding.id().equals("hosted.flush-cut"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.severity()).isEqualTo(Severity.LEAK));

        try (WritableExtent extent = HostedExtents.openWritable(
                volume.open(PATH, OpenMode.WRITE), new TableCache(TableCache.DEFAULT_BUDGET_BYTES), LinkRole.BASE)) {
            extent.write(4 * MIB, ByteBuffer.wrap(new byte[] {7}), Backing.NONE);
            extent.flush();
        }
        content[4 * MIB] = 7;

        assertThat(check()).extracting(Finding::id).containsExactly("hosted.leak");
        try (BlockFile file = volume.open(PATH, OpenMode.WRITE)) {
            assertThat(HostedRepair.plan(file, Progress.NONE).isEmpty()).isTrue();
        }
        assertThat(content()).isEqualTo(content);
    }

    /** It looks like a flush that was cut off, but new grains would be the last ones. */
    @Test
    void whatOnlyTheRedundantTableKnowsIsNotOverwritten() throws IOException {
        byte[] content = content();
        put(TABLE_0 + 4, 0);
        put(72, 220203521);
        byte[] damaged = volume.bytes(PATH);

        assertThatThrownBy(() -> {
                    try (WritableExtent extent = HostedExtents.openWritable(
                            volume.open(PATH, OpenMode.WRITE),
                            new TableCache(TableCache.DEFAULT_BUDGET_BYTES),
                            LinkRole.BASE)) {
                        extent.write(4 * MIB, ByteBuffer.wrap(new byte[] {7}), Backing.NONE);
                    }
                })
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("grain 1 is missing in its table, but at sector 56 by the redundant one");

        assertThat(volume.bytes(PATH)).isEqualTo(damaged);
        assertThat(check())
                .filteredOn(finding -> finding.id().equals("hosted.flush-cut"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.toString()).contains("or the table lost the grain"));
        try (BlockFile file = volume.open(PATH, OpenMode.WRITE)) {
            HostedRepair.restoreTables(file, Progress.NONE);
        }
        assertThat(content()).isEqualTo(content);
    }

    @Test
    void aTableThatIsMissingAsAWholeIsNotWrittenAnewOverItsCopy() throws IOException {
        byte[] content = content();
        put(DIRECTORY, 0);
        put(72, 220203521);
        byte[] damaged = volume.bytes(PATH);

        assertThatThrownBy(() -> {
                    try (WritableExtent extent = HostedExtents.openWritable(
                            volume.open(PATH, OpenMode.WRITE),
                            new TableCache(TableCache.DEFAULT_BUDGET_BYTES),
                            LinkRole.BASE)) {
                        extent.write(4 * MIB, ByteBuffer.wrap(new byte[] {7}), Backing.NONE);
                    }
                })
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("grain 0 is missing in its table, but at sector 48 by the redundant one");

        assertThat(volume.bytes(PATH)).isEqualTo(damaged);
        try (BlockFile file = volume.open(PATH, OpenMode.WRITE)) {
            HostedRepair.restoreTables(file, Progress.NONE);
        }
        assertThat(content()).isEqualTo(content);
    }

    @Test
    void damageIsNotTakenForACutOffFlush() throws IOException {
        put(REDUNDANT_TABLE_0 + 4, END_SECTOR + 800);
        put(72, 220203521);

        assertThat(check())
                .anySatisfy(finding -> {
                    assertThat(finding.id()).isEqualTo("hosted.tables-differ");
                    assertThat(finding.severity()).isEqualTo(Severity.ERROR);
                })
                .noneMatch(finding -> finding.id().equals("hosted.flush-cut"));
        try (WritableExtent extent = HostedExtents.openWritable(
                volume.open(PATH, OpenMode.WRITE), new TableCache(TableCache.DEFAULT_BUDGET_BYTES), LinkRole.BASE)) {
            extent.write(4 * MIB, ByteBuffer.wrap(new byte[] {7}), Backing.NONE);
            extent.flush();
        }
        assertThat(check()).extracting(Finding::id).contains("hosted.tables-differ");
    }

    @Test
    void knowsAGrainWhoseMoveACrashEndedAndRepairsItToTheNewPlace() throws IOException {
        byte[] bytes = volume.bytes(PATH);
        byte[] longer = java.util.Arrays.copyOf(bytes, bytes.length + 4096);
        System.arraycopy(bytes, 56 * 512, longer, END_SECTOR * 512, 4096);
        volume.put(PATH, longer);
        byte[] content = content();
        put(REDUNDANT_TABLE_0 + 4, END_SECTOR);
        put(72, 220203521);
        List<Finding> before = check();
        assertThatThrownBy(() -> HostedExtents.openWritable(
                        volume.open(PATH, OpenMode.WRITE),
                        new TableCache(TableCache.DEFAULT_BUDGET_BYTES),
                        LinkRole.BASE))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("a repair of the tables");

        try (BlockFile file = volume.open(PATH, OpenMode.WRITE)) {
            HostedRepair.restoreTables(file, Progress.NONE);
        }

        assertThat(before).extracting(Finding::id).containsOnly("hosted.unclean", "hosted.moving", "hosted.leak");
        assertThat(before).noneMatch(finding -> finding.severity() == Severity.ERROR);
        assertThat(check()).extracting(Finding::id).containsExactly("hosted.leak");
        assertThat(content()).isEqualTo(content);
    }

    @Test
    void callsTwoDifferentGrainsDamage() throws IOException {
        put(REDUNDANT_TABLE_0 + 4, 64);

        assertThat(check()).extracting(Finding::id).contains("hosted.tables-differ");
    }

    private byte[] content() throws IOException {
        try (BlockFile file = volume.open(PATH, OpenMode.READ)) {
            return ExtentContent.of(HostedExtents.open(file, new TableCache(TableCache.DEFAULT_BUDGET_BYTES)));
        }
    }

    @Test
    void knowsThatAHoleHoldsNothing() throws IOException {
        put(TABLE_0, 0);
        put(REDUNDANT_TABLE_0, 0);
        try (BlockFile file = volume.open(PATH, OpenMode.WRITE)) {
            file.punch(48 * 512, 4096);
        }

        assertThat(check()).isEmpty();
    }

    @Test
    void warnsOfTablesThatDoNotExist() throws IOException {
        put(DIRECTORY + 8, 0);
        put(REDUNDANT_DIRECTORY + 8, 0);

        assertThat(check()).extracting(Finding::id).containsExactly("hosted.table-missing");
    }

    @Test
    void followsTheRedundantTableWhereTheOtherIsLost() throws IOException {
        put(DIRECTORY, 5_000_000);

        assertThat(check()).extracting(Finding::id).containsExactly("hosted.table-place");
    }

    @Test
    void warnsOfEntriesBehindTheDisk() throws IOException {
        int entry = 257 * 4;
        put(43 * 512 + entry, 48);
        put(30 * 512 + entry, 48);

        assertThat(check()).extracting(Finding::id).containsExactly("hosted.entry-behind-disk");
    }

    @Test
    void acceptsMarksOfZerosThatTheHeaderAnnounces() throws IOException {
        put(4, 2);
        put(8, 7);
        put(TABLE_0 + 400, 1);
        put(REDUNDANT_TABLE_0 + 400, 1);

        assertThat(check()).isEmpty();
    }

    @Test
    void survivesEveryLengthOfACutFile() throws IOException {
        byte[] sound = volume.bytes(PATH);
        for (int length = 0; length < sound.length; length += 509) {
            volume.put(PATH, java.util.Arrays.copyOf(sound, length));
            assertThat(check()).as("cut to %d", length).isNotEmpty();
        }
    }

    private void put(int place, int value) throws IOException {
        byte[] bytes = volume.bytes(PATH);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(place, value);
        volume.put(PATH, bytes);
    }

    private List<Finding> check() throws IOException {
        try (BlockFile file = volume.open(PATH, OpenMode.READ)) {
            return HostedChecker.check(file, Progress.NONE);
        }
    }
}
