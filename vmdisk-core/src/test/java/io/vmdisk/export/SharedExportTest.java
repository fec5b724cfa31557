package io.vmdisk.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.ByteRange;
import io.vmdisk.Progress;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.DerivedNumbers;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.Qemu;
import io.vmdisk.transfer.RawPart;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Images and parts that can stand on the blocks of the disk that they are made of. */
class SharedExportTest {
    private static final int CAPACITY = (9 << 20) + 512;
    private static final int HELD = 3 << 20;
    private static final int AT = 2 << 20;

    @TempDir
    Path folder;

    private final MemoryVolume volume = new MemoryVolume();
    private final Path disk = MemoryVolume.folder().resolve("disk.vmdk");
    private final Path made = MemoryVolume.folder().resolve("made.img");
    private final byte[] content = new byte[CAPACITY];

    private VirtualDisk source(DiskFormat format) throws IOException {
        StagedDisk.createEmpty(disk, CreateSpec.of(format, CAPACITY), volume, Progress.NONE);
        byte[] held = Patterns.random(3, HELD);
        System.arraycopy(held, 0, content, AT, HELD);
        try (VirtualDisk open = VirtualDisk.open(disk, OpenOptions.writable().withVolume(volume))) {
            open.write(AT, ByteBuffer.wrap(held));
        }
        return VirtualDisk.open(disk, OpenOptions.readOnly().withVolume(volume));
    }

    private void export(VirtualDisk source, ExportFormat format, int threads) throws IOException {
        new DiskExport(threads, volume, Progress.NONE).run(source, made, format, new DerivedNumbers("test"));
    }

    private void assertReadsAsTheDisk(ExportFormat format) throws IOException {
        Qemu.assumePresent();
        Path image = Files.write(folder.resolve("image"), volume.bytes(made));
        Path raw = folder.resolve("raw");
        Qemu.toRaw(format == ExportFormat.VHD ? "vpc" : format.word(), image, raw);
        assertThat(Files.readAllBytes(raw)).isEqualTo(content);
    }

    @ParameterizedTest
    @EnumSource(ExportFormat.class)
    void anImageStandsOnTheBlocksOfItsDisk(ExportFormat format) throws IOException {
        volume.sharing();
        try (VirtualDisk source = source(DiskFormat.MONOLITHIC_SPARSE)) {
            export(source, format, 2);
        }

        assertThat(volume.sharedBytes()).isEqualTo(HELD);
        assertReadsAsTheDisk(format);
    }

    @ParameterizedTest
    @EnumSource(ExportFormat.class)
    void whatLiesBetweenBlocksIsCopiedWhateverTheThreads(ExportFormat format) throws IOException {
        volume.sharing();
        Set<Integer> made = new HashSet<>();
        try (VirtualDisk source = source(DiskFormat.VMFS_SPARSE)) {
            for (int threads : new int[] {1, 2, 5}) {
                export(source, format, threads);
                made.add(Arrays.hashCode(volume.bytes(this.made)));
                if (threads < 5) {
                    volume.delete(this.made);
                }
            }
        }

        assertThat(volume.sharedBytes()).isZero();
        assertThat(made).hasSize(1);
        assertReadsAsTheDisk(format);
    }

    @ParameterizedTest
    @CsvSource({"0, 8388608", "4194304, 5243392", "3145728, 1048576"})
    void aPartStandsOnTheBlocksOfItsDisk(long start, long length) throws IOException {
        volume.sharing();
        try (VirtualDisk source = source(DiskFormat.SE_SPARSE)) {
            new RawPart(2, volume, Progress.NONE).write(source, new ByteRange(start, length), made);
        }

        assertThat(volume.bytes(made)).isEqualTo(Arrays.copyOfRange(content, (int) start, (int) (start + length)));
        assertThat(volume.sharedBytes()).isEqualTo(Math.min(start + length, AT + HELD) - Math.max(start, AT));
    }

    @Test
    void aPartThatBeginsBetweenBlocksIsCopied() throws IOException {
        volume.sharing();
        try (VirtualDisk source = source(DiskFormat.MONOLITHIC_SPARSE)) {
            new RawPart(2, volume, Progress.NONE).write(source, new ByteRange(AT + 512, 1 << 20), made);
        }

        assertThat(volume.bytes(made)).isEqualTo(Arrays.copyOfRange(content, AT + 512, AT + 512 + (1 << 20)));
        assertThat(volume.sharedBytes()).isZero();
    }
}
