package io.vmdisk.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.OutOfSpaceException;
import io.vmdisk.Progress;
import io.vmdisk.compare.DiskCompare;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.testkit.Call;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.RecordingVolume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Want of room is noticed before a convert begins: exactly, where it can be known. */
class ConvertRoomTest {
    private static final int MIB = 1 << 20;
    private static final int CAPACITY = 16 * MIB;
    private static final int STORED_ZEROS = 6 * MIB;
    private static final int DATA = 3 * MIB;

    private final MemoryVolume files = new MemoryVolume();
    private final RecordingVolume volume = new RecordingVolume(files);
    private final Path source = MemoryVolume.folder().resolve("source.vmdk");
    private final Path target = MemoryVolume.folder().resolve("target.vmdk");

    /** A sparse disk of 16 MiB that stores 9, of which 6 are zeros all the same. */
    private VirtualDisk open() throws IOException {
        if (!files.exists(source)) {
            StagedDisk.createEmpty(source, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY), files, Progress.NONE);
            try (VirtualDisk disk =
                    VirtualDisk.open(source, OpenOptions.writable().withVolume(files))) {
                disk.write(0, ByteBuffer.wrap(Patterns.filled(1, STORED_ZEROS)));
                disk.write(8 * MIB, ByteBuffer.wrap(Patterns.random(1, DATA)));
                disk.flush();
                // Zeros over data stay stored only where a whole grain is never seen at once.
                for (int at = 0; at < STORED_ZEROS; at += 32 << 10) {
                    disk.write(at, ByteBuffer.allocate(32 << 10));
                }
            }
        }
        return VirtualDisk.open(source, OpenOptions.readOnly().withVolume(files));
    }

    private void convert(CreateSpec spec) throws IOException {
        try (VirtualDisk from = open()) {
            new DiskConverter(2, volume, Progress.NONE).convert(from, target, spec);
        }
    }

    private void refuses(CreateSpec spec, long free) throws IOException {
        open().close();
        files.leaveFree(free);
        assertThatThrownBy(() -> convert(spec))
                .isInstanceOf(OutOfSpaceException.class)
                .hasMessageStartingWith(target.toString())
                .hasMessageContaining("needs at least ")
                .hasMessageContaining(" has " + free + " left; nothing was made");
        try (VirtualDisk from = open()) {
            assertThatThrownBy(() -> new DiskConverter(1, volume, Progress.NONE).rehearse(from, target, spec))
                    .isInstanceOf(OutOfSpaceException.class);
        }
        assertThat(volume.log()).noneMatch(call -> call instanceof Call.Change || call instanceof Call.NameChange);
        assertThat(files.files()).containsExactly(source);
    }

    @ParameterizedTest
    @CsvSource({
        "RAW, 3100000",
        "MONOLITHIC_FLAT, 3100000",
        "TWO_GB_FLAT, 3100000",
        "VMFS_THIN, 3100000",
        "MONOLITHIC_SPARSE, 3100000",
        "TWO_GB_SPARSE, 3100000",
        "VMFS_SPARSE, 3100000",
        "SE_SPARSE, 3100000",
        "VMFS, 16777000",
        "VMFS_EAGER, 16777000",
        "RAW, 0"
    })
    void refusesWhatDoesNotFitWithoutItsZeros(DiskFormat format, long free) throws IOException {
        refuses(CreateSpec.of(format, CAPACITY), free);
    }

    @ParameterizedTest
    @EnumSource(
            value = DiskFormat.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"VMFS", "VMFS_EAGER", "STREAM_OPTIMIZED"})
    void makesWhatFitsOnlyWithoutItsZeros(DiskFormat format) throws IOException {
        open().close();
        files.leaveFree(DATA + 300_000);

        convert(CreateSpec.of(format, CAPACITY));
        try (VirtualDisk from = open();
                VirtualDisk made = format == DiskFormat.RAW
                        ? VirtualDisk.openRaw(target, OpenOptions.readOnly().withVolume(files))
                        : VirtualDisk.open(target, OpenOptions.readOnly().withVolume(files))) {
            assertThat(new DiskCompare(1, Progress.NONE).firstDifference(from, made))
                    .isEmpty();
        }
    }

    @Test
    void countsZerosWhereTheyTakeSpace() throws IOException {
        open().close();
        files.leaveFree(CAPACITY - MIB);
        try (VirtualDisk from = open()) {
            DiskConverter full = new DiskConverter(1, volume, Progress.NONE).withHoles(new HoleSize(0));
            assertThatThrownBy(() -> full.convert(from, target, CreateSpec.of(DiskFormat.RAW, CAPACITY)))
                    .isInstanceOf(OutOfSpaceException.class);
        }
        assertThat(files.files()).containsExactly(source);
    }

    @Test
    void asksADeltaForNoMoreThanItsTables() throws IOException {
        open().close();
        files.leaveFree(300_000);
        CreateSpec delta = CreateSpec.of(DiskFormat.SE_SPARSE, CAPACITY).withParent(source);
        try (VirtualDisk from = open()) {
            ConvertCost cost = new DiskConverter(1, volume, Progress.NONE).rehearse(from, target, delta);
            assertThat(cost.notes()).singleElement().asString().contains("compared with its parent");
        }
        convert(delta);
        assertThat(files.exists(target)).isTrue();
    }

    @Test
    void saysThatAStreamCantBeToldBeforehand() throws IOException {
        try (VirtualDisk from = open()) {
            ConvertCost cost = new DiskConverter(1, volume, Progress.NONE)
                    .rehearse(from, target, CreateSpec.of(DiskFormat.STREAM_OPTIMIZED, CAPACITY));
            assertThat(cost.bytes()).isEqualTo(STORED_ZEROS + DATA);
            assertThat(cost.notes()).singleElement().asString().contains("compressed");
        }
    }

    @Test
    void tellsTheMostThatASparseDiskTakes() throws IOException {
        try (VirtualDisk from = open()) {
            ConvertCost cost = new DiskConverter(1, volume, Progress.NONE)
                    .rehearse(from, target, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY));
            assertThat(cost.bytes()).isEqualTo(STORED_ZEROS + DATA);
            assertThat(cost.room().needed()).isBetween(cost.bytes(), cost.bytes() + 20_000);
            assertThat(cost.notes()).isEmpty();
        }
        assertThat(volume.log()).isEmpty();
    }
}
