package io.vmdisk.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.LimitExceededException;
import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.DerivedNumbers;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.FaultVolume;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.Qemu;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("long")
class DiskExportTest {
    private static final long MIB = 1 << 20;
    private static final long TIB = 1L << 40;

    @TempDir
    Path folder;

    private static String qemuName(ExportFormat format) {
        return format == ExportFormat.VHD ? "vpc" : format.word();
    }

    private Path source(long capacity, long... dataAt) throws IOException {
        Path disk = folder.resolve("source.vmdk");
        StagedDisk.createEmpty(disk, CreateSpec.of(DiskFormat.SE_SPARSE, capacity), Volume.system(), Progress.NONE);
        try (VirtualDisk open = VirtualDisk.open(disk, OpenOptions.writable())) {
            for (long at : dataAt) {
                open.write(at, ByteBuffer.wrap(Patterns.random(at, (int) Math.min(70_000, capacity - at))));
            }
        }
        return disk;
    }

    private Path export(Path source, ExportFormat format) throws IOException {
        Path image = folder.resolve("image." + format.word());
        try (VirtualDisk disk = VirtualDisk.open(source)) {
            new DiskExport(2, Volume.system(), Progress.NONE).run(disk, image, format, new DerivedNumbers("test"));
        }
        return image;
    }

    private void assertSame(Path source, Path image, ExportFormat format) throws IOException {
        String name = qemuName(format);
        if (format != ExportFormat.VHD) {
            assertThat(Qemu.tryImg("check", "-f", name, image).exitCode()).isZero();
        }
        Path raw = folder.resolve("source.raw");
        Path back = folder.resolve("back.raw");
        Qemu.toRaw("vmdk", source, raw);
        Qemu.toRaw(name, image, back);
        assertThat(Files.mismatch(raw, back)).isEqualTo(-1);
        Files.delete(raw);
        Files.delete(back);
    }

    /** Around a sector, a cluster, a block, and what one L2 table maps. */
    @ParameterizedTest
    @CsvSource({
        "512",
        "65024",
        "65536",
        "66048",
        "2096640",
        "2097152",
        "2097664",
        "536870400",
        "536870912",
        "536871424",
    })
    void isReadTheSameByQemuAtEverySizeWhereATableBeginsOrEnds(long capacity) throws IOException {
        Path source = source(capacity, 0, Math.max(0, capacity / 2 / 512 * 512), Math.max(0, capacity - 512));

        for (ExportFormat format : ExportFormat.values()) {
            assertSame(source, export(source, format), format);
        }
    }

    @ParameterizedTest
    @EnumSource(ExportFormat.class)
    void takesLittleMoreThanItHoldsAndCanBeWrittenTo(ExportFormat format) throws IOException {
        Path source = source(5000 * MIB + 1536, 0, 100 * MIB, 513 * MIB - 1000, 4097 * MIB, 5000 * MIB);

        Path image = export(source, format);

        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.contains("vmdisk")))
                    .isEmpty();
        }
        if (format != ExportFormat.VHD) {
            assertThat(Files.size(image)).isLessThan(20 * MIB);
            assertThat(Qemu.tryImg("compare", "-f", qemuName(format), "-F", "vmdk", image, source)
                            .exitCode())
                    .isZero();
            Qemu.io(qemuName(format), image, "write -P 7 3M 64k", "write -P 8 101M 5M");
            assertThat(Qemu.tryImg("check", "-f", qemuName(format), image).exitCode())
                    .isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"QCOW2", "VHDX"})
    void holdsTheLargestDisksAndPassesTheCheck(ExportFormat format) throws IOException {
        Path source = source(62 * TIB, 0, 2 * TIB - 512, 2 * TIB + MIB, 62 * TIB - 512);

        Path image = export(source, format);

        assertThat(Qemu.tryImg("check", "-f", format.word(), image).exitCode()).isZero();
        try (VirtualDisk disk = VirtualDisk.open(source)) {
            assertThat(disk.capacity()).isEqualTo(62 * TIB);
        }
        assertThat(Files.size(image)).isLessThan(400 * MIB);
    }

    @Test
    void fillsWholeRefcountBlocksAndBitmapRounds() throws IOException {
        MemoryVolume files = new MemoryVolume();
        Path disk = MemoryVolume.folder().resolve("full.vmdk");
        int capacity = 32 << 20;
        StagedDisk.createEmpty(disk, CreateSpec.of(DiskFormat.VMFS_THIN, capacity), files, Progress.NONE);
        try (VirtualDisk open = VirtualDisk.open(disk, OpenOptions.writable().withVolume(files))) {
            open.write(0, ByteBuffer.wrap(Patterns.random(3, capacity)));
        }
        for (ExportFormat format : ExportFormat.values()) {
            Path image = folder.resolve("full." + format.word());
            try (VirtualDisk open =
                    VirtualDisk.open(disk, OpenOptions.readOnly().withVolume(files))) {
                new DiskExport(2, Volume.system(), Progress.NONE).run(open, image, format, new DerivedNumbers("x"));
                long units = capacity / format.allocationUnit();
                assertThat(Files.size(image)).isEqualTo(format.imageBytes(capacity, units));
                Path back = folder.resolve("back.raw");
                Qemu.toRaw(qemuName(format), image, back);
                assertThat(Files.readAllBytes(back)).isEqualTo(Patterns.random(3, capacity));
            }
        }
    }

    @Test
    void makesTheSameBytesHoweverManyThreadsRead() throws IOException {
        Path source = source(64 * MIB, 0, 3 * MIB, 5 * MIB, 40 * MIB);
        for (ExportFormat format : ExportFormat.values()) {
            byte[] first = new byte[0];
            for (int threads : new int[] {1, 2, 4}) {
                Path image = folder.resolve("image" + threads + '.' + format.word());
                try (VirtualDisk disk = VirtualDisk.open(source)) {
                    new DiskExport(threads, Volume.system(), Progress.NONE)
                            .run(disk, image, format, new DerivedNumbers("same"));
                }
                byte[] bytes = Files.readAllBytes(image);
                assertThat(threads == 1 || java.util.Arrays.equals(first, bytes))
                        .isTrue();
                first = bytes;
                Files.delete(image);
            }
        }
    }

    @Test
    void refusesATakenNameAndASizeThatTheFormatHasNoNumbersFor() throws IOException {
        Path source = source(3 * TIB);
        Path image = folder.resolve("taken.qcow2");
        Files.writeString(image, "somebody's");
        try (VirtualDisk disk = VirtualDisk.open(source)) {
            DiskExport export = new DiskExport(1, Volume.system(), Progress.NONE);
            DerivedNumbers ids = new DerivedNumbers("x");
            assertThatThrownBy(() -> export.run(disk, image, ExportFormat.QCOW2, ids))
                    .isInstanceOf(UnsafeStateException.class);
            assertThatThrownBy(() -> export.run(disk, folder.resolve("x.vhd"), ExportFormat.VHD, ids))
                    .isInstanceOf(LimitExceededException.class)
                    .hasMessageContaining("vhdx");
        }
        assertThat(Files.readString(image)).isEqualTo("somebody's");
    }

    @ParameterizedTest
    @EnumSource(ExportFormat.class)
    void leavesNothingBehindWhereverACallFails(ExportFormat format) throws IOException {
        MemoryVolume before = new MemoryVolume();
        Path disk = MemoryVolume.folder().resolve("disk.vmdk");
        Path image = MemoryVolume.folder().resolve("image");
        StagedDisk.createEmpty(disk, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, 5 * MIB), before, Progress.NONE);
        try (VirtualDisk open = VirtualDisk.open(disk, OpenOptions.writable().withVolume(before))) {
            open.write(MIB, ByteBuffer.wrap(Patterns.random(1, 100_000)));
        }
        byte[] whole = new byte[0];
        try (VirtualDisk open = VirtualDisk.open(disk, OpenOptions.readOnly().withVolume(before))) {
            MemoryVolume files = before.copy();
            new DiskExport(1, files, Progress.NONE).run(open, image, format, new DerivedNumbers("x"));
            whole = files.bytes(image);
        }
        for (int n = 1; ; n++) {
            MemoryVolume files = before.copy();
            FaultVolume faulty = FaultVolume.failOnce(files, n);
            try (VirtualDisk open =
                    VirtualDisk.open(disk, OpenOptions.readOnly().withVolume(files))) {
                new DiskExport(1, faulty, Progress.NONE).run(open, image, format, new DerivedNumbers("x"));
            } catch (IOException e) {
                if (files.exists(image)) {
                    assertThat(files.bytes(image)).as("call " + n).isEqualTo(whole);
                }
            }
            assertThat(files.openFiles()).isEmpty();
            if (faulty.failed().isEmpty()) {
                assertThat(files.bytes(image)).isEqualTo(whole);
                break;
            }
        }
    }
}
