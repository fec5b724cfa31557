package io.vmdisk.extent.hosted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
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
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One sound file, one copy of its tables damaged: the repair gives the very same file again, or writes nothing. */
class HostedRepairTest {
    private static final Path PATH = MemoryVolume.folder().resolve("d.vmdk");
    private static final int REDUNDANT_DIRECTORY = 21 * 512;
    private static final int REDUNDANT_TABLE_0 = 22 * 512;
    private static final int DIRECTORY = 34 * 512;
    private static final int TABLE_0 = 35 * 512;

    private final MemoryVolume volume = new MemoryVolume();
    private byte[] sound;

    @BeforeEach
    void makeDisk() throws IOException {
        try (BlockFile file = volume.open(PATH, OpenMode.CREATE)) {
            HostedCreation.create(file, 5 * 2048 + 5, 8, DescriptorArea.EMBEDDED);
        }
        try (WritableExtent extent = HostedExtents.openWritable(
                volume.open(PATH, OpenMode.WRITE), new TableCache(TableCache.DEFAULT_BUDGET_BYTES), LinkRole.BASE)) {
            extent.write(0, ByteBuffer.wrap(Patterns.random(1, 8192)), Backing.NONE);
            extent.write(2 << 20, ByteBuffer.wrap(Patterns.random(2, 512)), Backing.NONE);
            extent.flush();
        }
        sound = volume.bytes(PATH);
    }

    @Test
    void aDirectoryThatIsOverwrittenAndLostIsReplacedByTheRedundantOne() throws IOException {
        byte[] content = content();
        for (int at = DIRECTORY; at < TABLE_0; at += 4) {
            put(at, 0x12345678);
        }
        put(56, 0);

        assertThat(content()).isEqualTo(content);
        repair();

        assertThat(content()).isEqualTo(content);
        assertThat(plan().isEmpty()).isTrue();
        try (BlockFile file = volume.open(PATH, OpenMode.READ)) {
            HostedHeader header = HostedExtents.header(file);
            assertThat(header.directorySector()).isEqualTo(REDUNDANT_DIRECTORY / 512);
            assertThat(header.has(HostedFlags.REDUNDANT_TABLES)).isFalse();
        }
    }

    private byte[] content() throws IOException {
        try (BlockFile file = volume.open(PATH, OpenMode.READ)) {
            return ExtentContent.of(HostedExtents.open(file, new TableCache(TableCache.DEFAULT_BUDGET_BYTES)));
        }
    }

    @Test
    void changesNothingInASoundFile() throws IOException {
        assertThat(plan().isEmpty()).isTrue();
        repair();
        assertThat(volume.bytes(PATH)).isEqualTo(sound);
    }

    @ParameterizedTest
    @CsvSource({
        DIRECTORY + ", 0",
        DIRECTORY + ", 1",
        DIRECTORY + ", 3",
        DIRECTORY + ", 71",
        DIRECTORY + ", -1",
        REDUNDANT_DIRECTORY + ", 0",
        REDUNDANT_DIRECTORY + ", 5000000",
        TABLE_0 + ", 0",
        TABLE_0 + ", 3",
        TABLE_0 + ", -1",
        TABLE_0 + ", 5000000",
        REDUNDANT_TABLE_0 + ", 0",
        REDUNDANT_TABLE_0 + ", 2",
        REDUNDANT_TABLE_0 + ", 72",
        "56, 0",
        "56, 1000",
        "60, 1",
        "72, 220203521"
    })
    void givesTheSoundFileAgain(int place, int value) throws IOException {
        put(place, value);

        assertThat(plan().isEmpty()).isFalse();
        repair();

        assertThat(volume.bytes(PATH)).isEqualTo(sound);
        assertThat(plan().isEmpty()).isTrue();
    }

    @Test
    void restoresAWholeTableOfGarbage() throws IOException {
        byte[] bytes = sound.clone();
        Arrays.fill(bytes, TABLE_0, TABLE_0 + 2048, (byte) 0xEE);
        volume.put(PATH, bytes);

        repair();

        assertThat(volume.bytes(PATH)).isEqualTo(sound);
    }

    @Test
    void refusesToChooseBetweenTwoPossibleGrains() throws IOException {
        put(TABLE_0 + 40, 64);
        byte[] twice = volume.bytes(PATH);
        assertThatThrownBy(this::repair)
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("used twice");
        assertThat(volume.bytes(PATH)).isEqualTo(twice);

        volume.put(PATH, sound);
        put(TABLE_0, 56);
        byte[] bytes = volume.bytes(PATH);
        assertThatThrownBy(this::repair)
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("grain 0 is at sector 56 or at sector 48");
        assertThat(volume.bytes(PATH)).isEqualTo(bytes);
    }

    @Test
    void refusesTablesOfWhichBothCopiesAreLost() throws IOException {
        put(DIRECTORY, -1);
        put(REDUNDANT_DIRECTORY, 0);

        assertThatThrownBy(this::repair)
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("both copies");
    }

    @Test
    void leavesStreamsAlone() {
        volume.put(PATH, StreamBytes.of(1280, Map.of(0, new byte[] {1})));

        assertThatThrownBy(this::repair).isInstanceOf(UnsupportedFeatureException.class);
    }

    private void put(int place, int value) throws IOException {
        byte[] bytes = volume.bytes(PATH);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(place, value);
        volume.put(PATH, bytes);
    }

    private HostedRepair.Outcome plan() throws IOException {
        try (BlockFile file = volume.open(PATH, OpenMode.READ)) {
            return HostedRepair.plan(file, Progress.NONE);
        }
    }

    private void repair() throws IOException {
        try (BlockFile file = volume.open(PATH, OpenMode.WRITE)) {
            HostedRepair.restoreTables(file, Progress.NONE);
        }
    }
}
