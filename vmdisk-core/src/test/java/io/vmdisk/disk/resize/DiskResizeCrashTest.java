package io.vmdisk.disk.resize;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Progress;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskContent;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.testkit.Crash;
import io.vmdisk.testkit.CrashReplay;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Wherever a resize is cut off, the disk opens with the old size or the new, and doing it again finishes it. */
class DiskResizeCrashTest {
    private static final int CAPACITY = (1 << 20) + 512;

    private final Path disk = MemoryVolume.folder().resolve("disk.vmdk");

    @ParameterizedTest
    @CsvSource({
        "MONOLITHIC_SPARSE, 1200128",
        "MONOLITHIC_SPARSE, 12000256",
        "MONOLITHIC_SPARSE, 40000000",
        "TWO_GB_SPARSE, 3000320",
        "TWO_GB_FLAT, 3000320",
        "MONOLITHIC_FLAT, 3000320",
        "VMFS_THIN, 12000256",
        "VMFS_SPARSE, 3000320",
        "SE_SPARSE, 3000320"
    })
    void growsOrStaysWhole(DiskFormat format, int wanted) throws IOException {
        MemoryVolume before = new MemoryVolume();
        byte[] old = make(before, format);
        byte[] grown = Arrays.copyOf(old, wanted);
        CrashReplay replay = CrashReplay.record(
                before,
                volume -> resizer(OpenOptions.writable().withVolume(volume)).grow(disk, wanted));

        for (Crash crash : replay.crashes(6, 1).toList()) {
            MemoryVolume files = crash.volume();
            byte[] left = read(files);
            assertThat(Arrays.equals(left, left.length == wanted ? grown : old))
                    .as("%s, losses %s", crash, crash.losses())
                    .isTrue();
            resizer(OpenOptions.writable().withVolume(files)).grow(disk, wanted);
            assertThat(Arrays.equals(read(files), grown)).as(crash.toString()).isTrue();
        }
        assertThat(Arrays.equals(read(replay.after()), grown)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"VMFS_SPARSE", "SE_SPARSE"})
    void growsPastItsTablesOrStaysWhole(DiskFormat format) throws IOException {
        long wanted = 3L << 30;
        MemoryVolume before = new MemoryVolume();
        byte[] old = make(before, format);
        CrashReplay replay = CrashReplay.record(
                before,
                volume -> resizer(OpenOptions.writable().withVolume(volume)).grow(disk, wanted));

        for (Crash crash : replay.crashes(6, 1).toList()) {
            MemoryVolume files = crash.volume();
            assertHoldsStart(files, old, crash.toString());
            resizer(OpenOptions.writable().withVolume(files)).grow(disk, wanted);
            assertThat(assertHoldsStart(files, old, crash.toString())).isEqualTo(wanted);
        }
        assertThat(assertHoldsStart(replay.after(), old, "the end")).isEqualTo(wanted);
    }

    /** The disk begins with {@code expected} and is zeros behind it; its capacity. */
    private long assertHoldsStart(MemoryVolume files, byte[] expected, String when) throws IOException {
        try (VirtualDisk opened = VirtualDisk.open(disk, OpenOptions.readOnly().withVolume(files))) {
            ByteBuffer start = ByteBuffer.allocate(expected.length);
            opened.read(0, start);
            assertThat(Arrays.equals(start.array(), expected)).as(when).isTrue();
            assertThat(Zeros.firstOther(opened, expected.length, opened.capacity() - expected.length))
                    .as(when)
                    .isEmpty();
            return opened.capacity();
        }
    }

    @ParameterizedTest
    @CsvSource({"MONOLITHIC_SPARSE", "TWO_GB_SPARSE", "TWO_GB_FLAT", "VMFS_THIN"})
    void shrinksOrStaysWhole(DiskFormat format) throws IOException {
        int wanted = 600_064;
        MemoryVolume before = new MemoryVolume();
        byte[] old = make(before, format);
        Arrays.fill(old, wanted, CAPACITY, (byte) 0);
        try (VirtualDisk opened = VirtualDisk.open(disk, OpenOptions.writable().withVolume(before))) {
            opened.write(wanted, ByteBuffer.allocate(CAPACITY - wanted));
        }
        byte[] shrunk = Arrays.copyOf(old, wanted);
        CrashReplay replay = CrashReplay.record(
                before,
                volume -> resizer(OpenOptions.writable().withVolume(volume)).shrink(disk, wanted));

        for (Crash crash : replay.crashes(4, 1).toList()) {
            byte[] left = read(crash.volume());
            assertThat(Arrays.equals(left, left.length == wanted ? shrunk : old))
                    .as("%s, losses %s", crash, crash.losses())
                    .isTrue();
        }
        assertThat(Arrays.equals(read(replay.after()), shrunk)).isTrue();
    }

    private byte[] make(MemoryVolume files, DiskFormat format) throws IOException {
        CreateSpec spec = CreateSpec.of(format, CAPACITY).withExtentBytes(800 << 10);
        StagedDisk.createEmpty(disk, spec, files, Progress.NONE);
        byte[] content = Patterns.mixed(5, CAPACITY);
        Arrays.fill(content, 100_000, 700_000, (byte) 0);
        content[CAPACITY - 1] = 1;
        try (VirtualDisk opened = VirtualDisk.open(disk, OpenOptions.writable().withVolume(files))) {
            opened.write(0, ByteBuffer.wrap(content, 0, 100_000));
            opened.write(700_000, ByteBuffer.wrap(content, 700_000, CAPACITY - 700_000));
        }
        return content;
    }

    private static DiskResize resizer(OpenOptions options) {
        return new DiskResize(options, Progress.NONE);
    }

    private byte[] read(MemoryVolume files) throws IOException {
        try (VirtualDisk opened = VirtualDisk.open(disk, OpenOptions.readOnly().withVolume(files))) {
            return DiskContent.of(opened);
        }
    }
}
