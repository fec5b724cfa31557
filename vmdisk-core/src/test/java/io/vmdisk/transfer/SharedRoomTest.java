package io.vmdisk.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.OutOfSpaceException;
import io.vmdisk.Progress;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.repair.DiskSalvage;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.testkit.Call;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.RecordingVolume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A nearly full store whose files can stand on the same blocks: a copy needs room only for what it does not share. */
class SharedRoomTest {
    private static final int MIB = 1 << 20;
    private static final int CAPACITY = 8 * MIB;
    private static final int DATA = 5 * MIB;
    /** For descriptors, headers and tables. */
    private static final int LITTLE = 400_000;

    private static final Path SOURCE = MemoryVolume.folder().resolve("source.vmdk");
    private static final Path TARGET = MemoryVolume.folder().resolve("target.vmdk");

    private final MemoryVolume files = new MemoryVolume().sharing();
    private RecordingVolume volume = new RecordingVolume(files);
    private final byte[] content = content();

    private static byte[] content() {
        byte[] content = new byte[CAPACITY];
        System.arraycopy(Patterns.random(3, DATA), 0, content, MIB, DATA);
        return content;
    }

    private OpenOptions reading() {
        return OpenOptions.readOnly().withVolume(files);
    }

    private VirtualDisk source(DiskFormat format) throws IOException {
        if (!files.exists(SOURCE)) {
            StagedDisk.createEmpty(SOURCE, CreateSpec.of(format, CAPACITY), files, Progress.NONE);
            try (VirtualDisk disk =
                    VirtualDisk.open(SOURCE, OpenOptions.writable().withVolume(files))) {
                disk.write(MIB, ByteBuffer.wrap(content, MIB, DATA));
            }
        }
        return VirtualDisk.open(SOURCE, reading());
    }

    private DiskConverter converter() {
        return new DiskConverter(2, volume, Progress.NONE);
    }

    private byte[] made(DiskFormat format) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(CAPACITY);
        try (VirtualDisk disk = format == DiskFormat.RAW
                ? VirtualDisk.openRaw(TARGET, reading())
                : VirtualDisk.open(TARGET, reading())) {
            disk.read(0, bytes);
        }
        return bytes.array();
    }

    private void changesNothing() {
        assertThat(volume.log()).noneMatch(call -> call instanceof Call.Change || call instanceof Call.NameChange);
        volume = new RecordingVolume(files);
    }

    @ParameterizedTest
    @EnumSource(
            value = DiskFormat.class,
            names = {
                "RAW",
                "MONOLITHIC_FLAT",
                "TWO_GB_FLAT",
                "VMFS_THIN",
                "MONOLITHIC_SPARSE",
                "TWO_GB_SPARSE",
                "SE_SPARSE"
            })
    void whatIsSharedNeedsNoRoomAndARehearsalSaysSo(DiskFormat format) throws IOException {
        for (DiskFormat from : List.of(DiskFormat.MONOLITHIC_SPARSE, DiskFormat.MONOLITHIC_FLAT)) {
            source(from).close();
            files.leaveFree(LITTLE);
            volume = new RecordingVolume(files);
            long before = files.sharedBytes();
            try (VirtualDisk disk = source(from)) {
                CreateSpec spec = CreateSpec.of(format, CAPACITY);
                ConvertCost cost = converter().rehearse(disk, TARGET, spec);
                assertThat(cost.bytes()).isZero();
                assertThat(cost.room().needed()).isLessThan(LITTLE);
                assertThat(cost.notes())
                        .containsExactly("target.vmdk comes to share blocks with source.vmdk: of " + DATA
                                + " bytes 0 are copied");
                changesNothing();

                converter().convert(disk, TARGET, spec);
            }
            assertThat(made(format)).isEqualTo(content);
            assertThat(files.sharedBytes() - before).isEqualTo(DATA);
            files.files().forEach(this::delete);
        }
    }

    private void delete(Path file) {
        try {
            files.delete(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DiskFormat.class,
            names = {"VMFS", "VMFS_EAGER"})
    void aThickDiskNeedsRoomForWhatItDoesNotShareAndHasAllItsSpace(DiskFormat format) throws IOException {
        int rest = CAPACITY - DATA;
        source(DiskFormat.MONOLITHIC_SPARSE).close();
        CreateSpec spec = CreateSpec.of(format, CAPACITY);
        files.leaveFree(rest - 4096);
        try (VirtualDisk disk = source(DiskFormat.MONOLITHIC_SPARSE)) {
            assertThatThrownBy(() -> converter().convert(disk, TARGET, spec)).isInstanceOf(OutOfSpaceException.class);
            changesNothing();
            files.leaveFree(rest + LITTLE);
            ConvertCost cost = converter().rehearse(disk, TARGET, spec);
            assertThat(cost.room().needed()).isBetween((long) rest, (long) rest + LITTLE);
            assertThat(cost.notes())
                    .singleElement()
                    .asString()
                    .endsWith("; the space of a thick disk is shared until either side is written to");

            converter().convert(disk, TARGET, spec);
        }
        assertThat(made(format)).isEqualTo(content);
        try (VirtualDisk disk = VirtualDisk.open(TARGET, reading())) {
            assertThat(disk.allocatedBytes(0)).isEqualTo(CAPACITY);
        }
    }

    /** The answer was wrong: nothing is lost, and there is no disk. */
    @ParameterizedTest
    @EnumSource(
            value = DiskFormat.class,
            names = {"RAW", "VMFS_THIN", "VMFS", "VMFS_EAGER", "MONOLITHIC_SPARSE", "SE_SPARSE"})
    void aStoreThatRefusesToShareAfterAllIsFilledAndNothingIsMade(DiskFormat format) throws IOException {
        files.pretendingToShare();
        source(DiskFormat.MONOLITHIC_FLAT).close();
        List<Path> before = files.files();
        files.leaveFree(format.isThick() ? CAPACITY - DATA + LITTLE : LITTLE);
        try (VirtualDisk disk = source(DiskFormat.MONOLITHIC_FLAT)) {
            assertThatThrownBy(() -> converter().convert(disk, TARGET, CreateSpec.of(format, CAPACITY)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("No space left");
        }
        assertThat(files.files()).isEqualTo(before);
        assertThat(files.exists(AtomicName.beside(TARGET))).isFalse();
        source(DiskFormat.MONOLITHIC_FLAT).close();

        files.leaveFree(3L * CAPACITY);
        try (VirtualDisk disk = source(DiskFormat.MONOLITHIC_FLAT)) {
            converter().convert(disk, TARGET, CreateSpec.of(format, CAPACITY));
        }
        assertThat(made(format)).as("copied").isEqualTo(content);
    }

    /** Packed, between blocks, in short pieces, or with a place for every byte of its own. */
    @ParameterizedTest
    @CsvSource({"VMFS_SPARSE, RAW", "MONOLITHIC_SPARSE, VMFS_SPARSE"})
    void whatMustBeCopiedIsCounted(DiskFormat from, DiskFormat to) throws IOException {
        source(from).close();
        files.leaveFree(DATA - 4096);
        try (VirtualDisk disk = source(from)) {
            assertThatThrownBy(() -> converter().convert(disk, TARGET, CreateSpec.of(to, CAPACITY)))
                    .isInstanceOf(OutOfSpaceException.class);
        }
        changesNothing();
    }

    @Test
    void aStretchWithAShortRunIsCountedAsCopiedAndTheRestAsShared() throws IOException {
        files.put(SOURCE, content);
        try (VirtualDisk disk =
                VirtualDisk.openRaw(SOURCE, OpenOptions.writable().withVolume(files))) {
            disk.zero(0, MIB);
            disk.zero(MIB + DATA, CAPACITY - MIB - DATA);
            disk.zero(2 * MIB + 8192, 4096);
            disk.zero(2 * MIB + 16384, 4096);
        }
        Arrays.fill(content, 2 * MIB + 8192, 2 * MIB + 12288, (byte) 0);
        Arrays.fill(content, 2 * MIB + 16384, 2 * MIB + 20480, (byte) 0);
        files.leaveFree(MIB + LITTLE);
        try (VirtualDisk disk = VirtualDisk.openRaw(SOURCE, reading())) {
            CreateSpec spec = CreateSpec.of(DiskFormat.RAW, CAPACITY);
            ConvertCost cost = converter().rehearse(disk, TARGET, spec);
            assertThat(cost.room().needed()).isEqualTo(MIB - 8192);
            assertThat(cost.notes())
                    .singleElement()
                    .asString()
                    .endsWith("of " + (DATA - 8192) + " bytes " + (MIB - 8192) + " are copied");
            converter().convert(disk, TARGET, spec);
        }
        assertThat(made(DiskFormat.RAW)).isEqualTo(content);
        assertThat(files.sharedBytes()).isEqualTo(DATA - MIB);
    }

    @Test
    void zerosThatAreLookedForAreLeftOutAndTheRestIsSharedInAFullStore() throws IOException {
        files.put(SOURCE, content);
        files.leaveFree(LITTLE);
        DiskConverter asked = converter().withHoles(HoleSize.STANDARD);
        try (VirtualDisk disk = VirtualDisk.openRaw(SOURCE, reading())) {
            CreateSpec spec = CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY);
            assertThat(asked.rehearse(disk, TARGET, spec).room().needed()).isLessThan(LITTLE);
            asked.convert(disk, TARGET, spec);
        }
        assertThat(made(DiskFormat.MONOLITHIC_SPARSE)).isEqualTo(content);
        assertThat(files.sharedBytes()).isEqualTo(DATA);
    }

    @Test
    void whoWantsEveryByteWrittenNeedsRoomForEveryByte() throws IOException {
        source(DiskFormat.MONOLITHIC_FLAT).close();
        files.leaveFree(CAPACITY - 4096);
        try (VirtualDisk disk = source(DiskFormat.MONOLITHIC_FLAT)) {
            assertThatThrownBy(() -> converter()
                            .withHoles(new HoleSize(0))
                            .convert(disk, TARGET, CreateSpec.of(DiskFormat.RAW, CAPACITY)))
                    .isInstanceOf(OutOfSpaceException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DiskFormat.class,
            names = {"MONOLITHIC_SPARSE", "MONOLITHIC_FLAT", "SE_SPARSE"})
    void aSalvageSharesWhatItSaves(DiskFormat format) throws IOException {
        source(format).close();
        files.leaveFree(LITTLE);
        DiskSalvage salvage = new DiskSalvage(SOURCE, reading(), Progress.NONE);
        assertThat(salvage.rehearse(TARGET, DiskFormat.MONOLITHIC_SPARSE)
                        .orElseThrow()
                        .room()
                        .needed())
                .isLessThan(LITTLE);

        assertThat(salvage.into(TARGET, DiskFormat.MONOLITHIC_SPARSE).unreadable())
                .isEmpty();

        assertThat(made(DiskFormat.MONOLITHIC_SPARSE)).isEqualTo(content);
        assertThat(files.sharedBytes()).isEqualTo(DATA);
    }
}
