package io.vmdisk.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.MalformedFileException;
import io.vmdisk.Progress;
import io.vmdisk.check.CheckOptions;
import io.vmdisk.check.DiskCheck;
import io.vmdisk.compare.DiskCompare;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.transfer.DiskConverter;
import io.vmdisk.transfer.StreamExport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Disks of 0 bytes, which qemu-img makes in every format of its own. */
class EmptyDiskTest {
    private final MemoryVolume volume = new MemoryVolume();

    private VirtualDisk make(DiskFormat format) throws IOException {
        CreateSpec spec = CreateSpec.of(format, 0);
        if (format == DiskFormat.STREAM_OPTIMIZED) {
            StreamExport.createEmpty(TestDisks.DISK, spec, volume);
        } else {
            TestDisks.create(volume, TestDisks.DISK, spec);
        }
        return open(TestDisks.DISK, format);
    }

    private VirtualDisk open(Path path, DiskFormat format) throws IOException {
        OpenOptions options = OpenOptions.readOnly().withVolume(volume);
        return format == DiskFormat.RAW ? VirtualDisk.openRaw(path, options) : VirtualDisk.open(path, options);
    }

    @ParameterizedTest
    @EnumSource(
            names = {"VMFS.*", "SE_SPARSE"},
            mode = EnumSource.Mode.MATCH_NONE)
    void holdNothingAndAreSound(DiskFormat format) throws IOException {
        try (VirtualDisk disk = make(format)) {
            assertThat(disk.capacity()).isZero();
            assertThat(disk.runs(0, 0)).isEmpty();
            disk.read(0, ByteBuffer.allocate(0));
        }

        if (format != DiskFormat.RAW) {
            CheckOptions options = CheckOptions.standard()
                    .withOpening(OpenOptions.readOnly().withVolume(volume))
                    .withScope(CheckOptions.Scope.CHAIN);
            assertThat(DiskCheck.run(TestDisks.DISK, options, Progress.NONE).findings())
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {"VMFS.*", "SE_SPARSE"},
            mode = EnumSource.Mode.MATCH_NONE)
    void becomeDisksOfAllFormatsThatHaveThem(DiskFormat format) throws IOException {
        try (VirtualDisk disk = make(format)) {
            for (DiskFormat other : DiskFormat.values()) {
                if (other.startsOnEsxi()) {
                    continue;
                }
                Path copy = TestDisks.DISK.resolveSibling(other + ".vmdk");
                new DiskConverter(2, volume, Progress.NONE).convert(disk, copy, CreateSpec.of(other, 0));
                try (VirtualDisk made = open(copy, other)) {
                    assertThat(made.capacity()).isZero();
                    new DiskCompare(2, Progress.NONE).compare(disk, made, range -> {
                        throw new AssertionError(range);
                    });
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MONOLITHIC_FLAT", "TWO_GB_SPARSE"})
    void areNotThoseThatLostTheirExtents(DiskFormat format) throws IOException {
        TestDisks.create(volume, TestDisks.DISK, CreateSpec.of(format, 1 << 20));
        String text = new String(volume.bytes(TestDisks.DISK), StandardCharsets.UTF_8);
        volume.put(TestDisks.DISK, text.replaceAll("(?m)^RW .*$", "").getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> open(TestDisks.DISK, format))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("names no extents");
    }
}
