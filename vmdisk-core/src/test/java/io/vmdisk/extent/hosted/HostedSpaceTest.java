package io.vmdisk.extent.hosted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.extent.Backing;
import io.vmdisk.extent.DescriptorArea;
import io.vmdisk.extent.LinkRole;
import io.vmdisk.extent.TableCache;
import io.vmdisk.extent.WritableExtent;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.RecordingVolume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is written, and in which order it is made durable: an entry never points at bytes that may be lost. */
class HostedSpaceTest {
    private static final Path PATH = MemoryVolume.folder().resolve("d.vmdk");
    private static final int GRAIN = 4096;
    private static final int CAPACITY = 8192;
    /** One directory sector and two tables of four sectors, twice, without a descriptor. */
    private static final int REDUNDANT = 512;

    private static final int DIRECTORY = REDUNDANT + 9 * 512;
    private static final int FIRST_GRAIN = 24 * 512;

    /** A parent that might have anything. */
    private static final Backing PARENT = new Backing() {
        @Override
        public boolean isPresent() {
            return true;
        }

        @Override
        public void read(long at, ByteBuffer into) {
            into.put(new byte[into.remaining()]);
        }
    };

    private final MemoryVolume memory = new MemoryVolume();
    private final RecordingVolume volume = new RecordingVolume(memory);
    private int seen;

    HostedSpaceTest() throws IOException {
        try (BlockFile file = memory.open(PATH, OpenMode.CREATE)) {
            HostedCreation.create(file, CAPACITY, GRAIN / 512, DescriptorArea.SEPARATE);
        }
    }

    private WritableExtent open(LinkRole role) throws IOException {
        return HostedExtents.openWritable(volume.open(PATH, OpenMode.WRITE), new TableCache(1 << 20), role);
    }

    private static ByteBuffer grains(int count) {
        return ByteBuffer.wrap(Patterns.filled(5, count * GRAIN));
    }

    /** What was called since the last question. */
    private List<String> calls() {
        List<String> calls = volume.log().stream().map(Object::toString).toList();
        List<String> fresh = calls.subList(seen, calls.size());
        seen = calls.size();
        return fresh;
    }

    private void patch(long at, int value) throws IOException {
        try (BlockFile file = memory.open(PATH, OpenMode.WRITE)) {
            file.writeFully(
                    at, ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, value));
        }
    }

    @Test
    void theUncleanMarkIsDurableBeforeTheFirstByteAndTheTablesComeInTwoSteps() throws IOException {
        try (WritableExtent extent = open(LinkRole.BASE)) {
            calls();
            extent.write(0, grains(1), Backing.NONE);
            assertThat(calls())
                    .containsExactly("write d.vmdk@0+512", "force d.vmdk", "write d.vmdk@" + FIRST_GRAIN + "+4096");
            assertThat(memory.bytes(PATH)[72]).isEqualTo((byte) 1);

            extent.flush();
            assertThat(calls())
                    .containsExactly(
                            "force d.vmdk",
                            "write d.vmdk@" + (REDUNDANT + 512) + "+512",
                            "force d.vmdk",
                            "write d.vmdk@" + (DIRECTORY + 512) + "+512",
                            "force d.vmdk");
            assertThat(memory.bytes(PATH)[72]).isEqualTo((byte) 1);
        }
        assertThat(calls()).endsWith("write d.vmdk@0+512", "force d.vmdk", "close d.vmdk");
        assertThat(memory.bytes(PATH)[72]).isZero();
    }

    @Test
    void aFileThatNothingWasWrittenToIsLeftAlone() throws IOException {
        open(LinkRole.BASE).close();

        assertThat(calls()).containsExactly("open d.vmdk WRITE", "close d.vmdk");
    }

    @Test
    void grainsGoToTheEndInARowAndFreedOnesAreTakenOnlyAfterTheFlush() throws IOException {
        try (WritableExtent extent = open(LinkRole.BASE)) {
            extent.write(0, grains(2), Backing.NONE);
            extent.flush();
            extent.unmap(0, GRAIN, Backing.NONE);
            extent.write(5 * GRAIN, grains(1), Backing.NONE);
            calls();
            extent.flush();
            calls();
            extent.write(6 * GRAIN, grains(1), Backing.NONE);
            assertThat(calls()).containsExactly("write d.vmdk@" + FIRST_GRAIN + "+4096");
            extent.write(7 * GRAIN, grains(1), Backing.NONE);
            assertThat(calls()).containsExactly("write d.vmdk@" + (FIRST_GRAIN + 3 * GRAIN) + "+4096");
        }
    }

    @Test
    void anUnevenEndIsRoundedUpBeforeAGrainIsAppended() throws IOException {
        try (BlockFile file = memory.open(PATH, OpenMode.WRITE)) {
            file.setSize(FIRST_GRAIN + 1);
        }
        try (WritableExtent extent = open(LinkRole.BASE)) {
            calls();
            extent.write(0, grains(1), Backing.NONE);
            assertThat(calls()).endsWith("write d.vmdk@" + (FIRST_GRAIN + GRAIN) + "+4096");
        }
    }

    @Test
    void zerosOverAParentAreEnabledInTheHeaderBeforeATableHasThem() throws IOException {
        try (WritableExtent extent = open(LinkRole.DELTA)) {
            calls();
            extent.write(0, grains(1), PARENT);
            extent.zero(0, GRAIN, PARENT);
            assertThat(memory.bytes(PATH)[4]).isEqualTo((byte) 2);
            assertThat(memory.bytes(PATH)[8] & HostedFlags.ZEROED_GRAINS).isNotZero();
            assertThat(calls()).endsWith("force d.vmdk");
            extent.flush();
        }
        assertThat(memory.bytes(PATH)[REDUNDANT + 512]).isEqualTo((byte) 1);
        assertThat(memory.bytes(PATH)[DIRECTORY + 512]).isEqualTo((byte) 1);
    }

    @Test
    void withoutAParentZerosNeedNoMark() throws IOException {
        try (WritableExtent extent = open(LinkRole.BASE)) {
            extent.write(0, grains(1), Backing.NONE);
            extent.zero(0, GRAIN, Backing.NONE);
            extent.unmap(GRAIN, GRAIN, Backing.NONE);
        }
        assertThat(memory.bytes(PATH)[4]).isEqualTo((byte) 1);
        assertThat(memory.bytes(PATH)[REDUNDANT + 512]).isZero();
    }

    @Test
    void tablesThatAreMissingAreMadeTwiceAndDurableBeforeADirectoryNamesThem() throws IOException {
        patch(REDUNDANT + 4, 0);
        patch(DIRECTORY + 4, 0);
        try (WritableExtent extent = open(LinkRole.BASE)) {
            calls();
            extent.write(512L * GRAIN, grains(1), Backing.NONE);
            assertThat(calls())
                    .containsExactly(
                            "write d.vmdk@0+512",
                            "force d.vmdk",
                            "write d.vmdk@" + FIRST_GRAIN + "+4096",
                            "write d.vmdk@" + (FIRST_GRAIN + GRAIN) + "+4096",
                            "force d.vmdk");
            extent.flush();
            assertThat(stored(REDUNDANT + 4)).isEqualTo((FIRST_GRAIN + GRAIN + 2048) / 512);
            assertThat(stored(DIRECTORY + 4)).isEqualTo((FIRST_GRAIN + GRAIN) / 512);
            assertThat(calls())
                    .containsExactly(
                            "force d.vmdk",
                            "write d.vmdk@" + (FIRST_GRAIN + GRAIN + 2048) + "+512",
                            "write d.vmdk@" + (REDUNDANT + 4) + "+4",
                            "force d.vmdk",
                            "write d.vmdk@" + (FIRST_GRAIN + GRAIN) + "+512",
                            "write d.vmdk@" + (DIRECTORY + 4) + "+4",
                            "force d.vmdk");
        }
    }

    @Test
    void aRedundantDirectoryThatLeadsElsewhereStopsTheFirstWrite() throws IOException {
        int fileSectors = FIRST_GRAIN / 512;
        for (int bad : new int[] {fileSectors - 3, fileSectors, -1}) {
            patch(REDUNDANT + 4, bad);
            assertThatThrownBy(() -> open(LinkRole.BASE)).isInstanceOfSatisfying(MalformedFileException.class, e -> {
                assertThat(e.code()).isEqualTo("malformed.redundant-directory");
                assertThat(e.offset()).hasValue(REDUNDANT + 4);
            });
        }
        patch(REDUNDANT + 4, fileSectors - 4);
        assertThatCode(() -> open(LinkRole.BASE).close()).doesNotThrowAnyException();
    }

    private int stored(int at) throws IOException {
        return ByteBuffer.wrap(memory.bytes(PATH))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt(at);
    }

    @Test
    void aFileWithoutRedundantTablesGetsNone() throws IOException {
        patch(8, HostedFlags.NEWLINE_CHECK);
        patch(DIRECTORY + 4, 0);
        try (WritableExtent extent = open(LinkRole.BASE)) {
            calls();
            extent.write(512L * GRAIN, grains(1), Backing.NONE);
            extent.write(513L * GRAIN, grains(1), Backing.NONE);
            extent.flush();
            assertThat(calls())
                    .containsExactly(
                            "write d.vmdk@0+512",
                            "force d.vmdk",
                            "write d.vmdk@" + FIRST_GRAIN + "+4096",
                            "write d.vmdk@" + (FIRST_GRAIN + GRAIN) + "+2048",
                            "force d.vmdk",
                            "write d.vmdk@" + (FIRST_GRAIN + 2 * GRAIN) + "+4096",
                            "force d.vmdk",
                            "write d.vmdk@" + (FIRST_GRAIN + GRAIN) + "+512",
                            "write d.vmdk@" + (DIRECTORY + 4) + "+4",
                            "force d.vmdk");
        }
    }

    @Test
    void theSecondRedundantTableIsFoundByItsEntry() throws IOException {
        try (WritableExtent extent = open(LinkRole.BASE)) {
            extent.write(512L * GRAIN, grains(1), Backing.NONE);
        }
        assertThat(stored(REDUNDANT + 512 + 2048)).isEqualTo(FIRST_GRAIN / 512);
        assertThat(stored(DIRECTORY + 512 + 2048)).isEqualTo(FIRST_GRAIN / 512);
    }

    @Test
    void aRedundantDirectoryThatLiesOutsideStopsTheFirstWrite() throws IOException {
        patch(48, FIRST_GRAIN / 512);
        assertThatThrownBy(() -> open(LinkRole.BASE))
                .isInstanceOfSatisfying(
                        MalformedFileException.class,
                        e -> assertThat(e.offset()).hasValue(48))
                .hasMessageContaining("redundant grain directory");
    }

    @Test
    void theFirstWriteAfterACrashSettlesWhichCopyCounts() throws IOException {
        try (BlockFile file = memory.open(PATH, OpenMode.WRITE)) {
            file.writeFully(FIRST_GRAIN, grains(2));
            file.writeFully(72, ByteBuffer.wrap(new byte[] {1}));
        }
        patch(DIRECTORY + 512, FIRST_GRAIN / 512);
        patch(REDUNDANT + 512, FIRST_GRAIN / 512);
        patch(REDUNDANT + 516, FIRST_GRAIN / 512 + 8);
        try (WritableExtent extent = open(LinkRole.BASE)) {
            calls();
            extent.write(7 * GRAIN, grains(1), Backing.NONE);
            assertThat(calls()).startsWith("write d.vmdk@" + (REDUNDANT + 512) + "+2048", "force d.vmdk");
        }
        assertThat(stored(REDUNDANT + 512)).isEqualTo(FIRST_GRAIN / 512);
        assertThat(stored(REDUNDANT + 516)).isZero();
        assertThat(stored(72) & 0xFF).isZero();
    }

    @Test
    void theLastGrainEndsWhereSectorNumbersEnd() throws IOException {
        long most = (1L << 32) * 512;
        try (BlockFile file = memory.open(PATH, OpenMode.WRITE)) {
            file.setSize(most - GRAIN);
        }
        try (WritableExtent extent = open(LinkRole.BASE)) {
            extent.write(0, grains(1), Backing.NONE);
            assertThatThrownBy(() -> extent.write(GRAIN, grains(1), Backing.NONE))
                    .isInstanceOfSatisfying(
                            LimitExceededException.class,
                            e -> assertThat(e.code()).isEqualTo("limit.extent-size"));
        }
        try (BlockFile file = memory.open(PATH, OpenMode.READ)) {
            assertThat(file.size()).isEqualTo(most);
        }
    }

    @Test
    void whereGrainsAreNotAlignedATrimmedOneIsNotOverwritten() throws IOException {
        patch(64, 21);
        try (WritableExtent extent = open(LinkRole.BASE)) {
            calls();
            extent.write(0, grains(1), Backing.NONE);
            assertThat(calls()).endsWith("write d.vmdk@" + (FIRST_GRAIN + GRAIN) + "+4096");
        }
    }

    @Test
    void freedGrainsInARowAreTakenInOne() throws IOException {
        try (WritableExtent extent = open(LinkRole.BASE)) {
            extent.write(0, grains(3), Backing.NONE);
            extent.flush();
            extent.unmap(0, 3 * GRAIN, Backing.NONE);
            extent.flush();
            calls();
            extent.write(8 * GRAIN, grains(2), Backing.NONE);
            assertThat(calls()).containsExactly("write d.vmdk@" + FIRST_GRAIN + "+8192");
        }
    }

    @Test
    void unmappedOverAParentIsMarkedAsZeros() throws IOException {
        try (WritableExtent extent = open(LinkRole.DELTA)) {
            extent.write(0, grains(1), PARENT);
            extent.unmap(0, GRAIN, PARENT);
            extent.flush();
            extent.unmap(GRAIN, GRAIN, PARENT);
        }
        assertThat(stored(DIRECTORY + 512)).isEqualTo(1);
        assertThat(stored(DIRECTORY + 516)).isEqualTo(1);
    }

    @Test
    void aFreedGrainThatIsTooShortForAWriteIsFollowedByTheEnd() throws IOException {
        try (WritableExtent extent = open(LinkRole.BASE)) {
            extent.write(0, grains(3), Backing.NONE);
            extent.flush();
            extent.unmap(0, GRAIN, Backing.NONE);
            extent.flush();
            calls();
            extent.write(8 * GRAIN, grains(2), Backing.NONE);
            assertThat(calls())
                    .containsExactly(
                            "write d.vmdk@" + FIRST_GRAIN + "+4096",
                            "write d.vmdk@" + (FIRST_GRAIN + 3 * GRAIN) + "+4096");
        }
    }
}
