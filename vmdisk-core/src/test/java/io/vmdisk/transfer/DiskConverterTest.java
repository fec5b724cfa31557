package io.vmdisk.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.OperationCancelledException;
import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.compare.DiskCompare;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.Qemu;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DiskConverterTest {
    private static final int CAPACITY = (5 << 20) + 3 * 512;

    @TempDir
    Path folder;

    private final DiskConverter converter = new DiskConverter(2, Volume.system(), Progress.NONE);
    private byte[] content;
    private Path raw;

    @BeforeEach
    void makeContent() throws IOException {
        content = Patterns.mixed(11, CAPACITY);
        raw = folder.resolve("source.raw");
        Files.write(raw, content);
    }

    @ParameterizedTest
    @EnumSource(value = DiskFormat.class, mode = EnumSource.Mode.EXCLUDE, names = "STREAM_OPTIMIZED")
    void makesADiskThatQemuReadsTheSame(DiskFormat format) throws IOException {
        Path target = folder.resolve("target.vmdk");
        convert(CreateSpec.of(format, CAPACITY).withExtentBytes(2 << 20), target);

        String qemuFormat = format == DiskFormat.RAW ? "raw" : "vmdk";
        Path back = folder.resolve("back.raw");
        Qemu.toRaw(qemuFormat, target, back);
        assertThat(Files.readAllBytes(back)).isEqualTo(content);
        assertThat(read(target, format)).isEqualTo(content);
        if (format == DiskFormat.MONOLITHIC_SPARSE || format == DiskFormat.TWO_GB_SPARSE) {
            assertThat(Qemu.tryImg("check", "-f", "vmdk", target).exitCode()).isZero();
        }
        assertThat(leftovers()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = DiskFormat.class,
            names = {"MONOLITHIC_SPARSE", "TWO_GB_SPARSE", "VMFS_SPARSE", "SE_SPARSE"})
    void makesADeltaThatHoldsOnlyWhatDiffersFromItsParent(DiskFormat format) throws IOException {
        Path base = folder.resolve("base.vmdk");
        convert(CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY), base);
        byte[] changed = content.clone();
        System.arraycopy(Patterns.random(1, 100_000), 0, changed, 1_000_000, 100_000);
        java.util.Arrays.fill(changed, 3_000_000, 3_200_000, (byte) 0);
        Files.write(raw, changed);

        Path child = folder.resolve("child.vmdk");
        convert(CreateSpec.of(format, CAPACITY).withParent(base), child);

        assertThat(read(child, format)).isEqualTo(changed);
        Path back = folder.resolve("back.raw");
        Qemu.toRaw("vmdk", child, back);
        assertThat(Files.readAllBytes(back)).isEqualTo(changed);
        try (VirtualDisk opened = VirtualDisk.open(child)) {
            long own = opened.runs(0, CAPACITY).stream()
                    .filter(run -> run.depth() == 0 && run instanceof io.vmdisk.Run.Data)
                    .mapToLong(io.vmdisk.Run::length)
                    .sum();
            assertThat(own).isBetween(100_000L, 600_000L);
        }
    }

    @Test
    void writesRawContentInOrderToAPipe() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (VirtualDisk source = VirtualDisk.openRaw(raw, OpenOptions.readOnly())) {
            converter.writeRaw(source, Channels.newChannel(out));
        }
        assertThat(out.toByteArray()).isEqualTo(content);
    }

    @Test
    void overwritesAnExistingDisk() throws IOException {
        Path target = folder.resolve("target.vmdk");
        convert(CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY), target);
        byte[] other = Patterns.mixed(12, CAPACITY);
        Files.write(raw, other);

        try (VirtualDisk source = VirtualDisk.openRaw(raw, OpenOptions.readOnly());
                VirtualDisk disk = VirtualDisk.open(target, OpenOptions.writable())) {
            converter.convertInto(source, disk);
        }

        assertThat(read(target, DiskFormat.MONOLITHIC_SPARSE)).isEqualTo(other);
    }

    @Test
    void refusesANameThatIsTaken() throws IOException {
        Path target = folder.resolve("target.vmdk");
        Files.writeString(target, "somebody's");

        assertThatThrownBy(() -> convert(CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY), target))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("exists");
        assertThat(Files.readString(target)).isEqualTo("somebody's");
    }

    @Test
    void leavesNothingBehindWhenCancelled() {
        Progress cancelling = new Progress() {
            @Override
            public boolean cancelled() {
                return true;
            }
        };
        Path target = folder.resolve("target.vmdk");

        assertThatThrownBy(() -> {
                    try (VirtualDisk source = VirtualDisk.openRaw(raw, OpenOptions.readOnly())) {
                        new DiskConverter(2, Volume.system(), cancelling)
                                .convert(source, target, CreateSpec.of(DiskFormat.TWO_GB_FLAT, CAPACITY));
                    }
                })
                .isInstanceOf(OperationCancelledException.class);
        assertThat(folder).isDirectoryContaining("glob:**source.raw").isDirectoryNotContaining("glob:**.vmdk*");
    }

    @Test
    void tellsTheFirstDifference() throws IOException {
        Path target = folder.resolve("target.vmdk");
        convert(CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY), target);
        content[4_000_001] ^= 1;
        Files.write(raw, content);

        try (VirtualDisk a = VirtualDisk.openRaw(raw, OpenOptions.readOnly());
                VirtualDisk b = VirtualDisk.open(target)) {
            assertThat(new DiskCompare(2, Progress.NONE).firstDifference(a, b)).contains(4_000_001L);
            assertThat(new DiskCompare(2, Progress.NONE).firstDifference(b, b)).isEmpty();
        }
    }

    private void convert(CreateSpec spec, Path target) throws IOException {
        try (VirtualDisk source = VirtualDisk.openRaw(raw, OpenOptions.readOnly())) {
            converter.convert(source, target, spec);
        }
    }

    private static byte[] read(Path target, DiskFormat format) throws IOException {
        try (VirtualDisk disk = format == DiskFormat.RAW
                ? VirtualDisk.openRaw(target, OpenOptions.readOnly())
                : VirtualDisk.open(target)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) disk.capacity());
            disk.read(0, bytes);
            return bytes.array();
        }
    }

    private List<Path> leftovers() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().contains("vmdisk-")).toList();
        }
    }
}
