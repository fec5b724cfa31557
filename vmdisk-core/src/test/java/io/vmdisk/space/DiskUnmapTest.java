package io.vmdisk.space;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.ByteRange;
import io.vmdisk.Progress;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DiskUnmapTest {
    private static final int MIB = 1 << 20;
    private static final int CAPACITY = 8 * MIB;
    private static final Path BASE = MemoryVolume.folder().resolve("base.vmdk");
    private static final Path DELTA = MemoryVolume.folder().resolve("delta.vmdk");

    private final MemoryVolume volume = new MemoryVolume();

    @ParameterizedTest
    @EnumSource(names = {"MONOLITHIC_SPARSE", "TWO_GB_SPARSE", "SE_SPARSE"})
    void givesBackGrainsOfZerosOnceAndChangesNothingThatTheGuestSees(DiskFormat format) throws IOException {
        create(BASE, CreateSpec.of(DiskFormat.VMFS_THIN, CAPACITY));
        write(BASE, 0, Patterns.random(1, 4 * MIB));
        create(DELTA, CreateSpec.of(format, CAPACITY).withParent(BASE));
        write(DELTA, MIB, new byte[2 * MIB]);
        write(DELTA, 5 * MIB, Patterns.random(2, MIB));
        byte[] content = content(DELTA);

        assertThat(zeros(DiskUnmap.Effect.COUNT)).isEqualTo(2L * MIB);
        assertThat(zeros(DiskUnmap.Effect.UNMAP)).isEqualTo(2L * MIB);
        assertThat(zeros(DiskUnmap.Effect.COUNT)).isZero();

        assertThat(content(DELTA)).isEqualTo(content);
        assertThat(Arrays.copyOfRange(content, MIB, 3 * MIB)).containsOnly(0);
    }

    @ParameterizedTest
    @EnumSource(names = {"MONOLITHIC_SPARSE", "SE_SPARSE", "VMFS_SPARSE"})
    void makesARangeReadAsZeros(DiskFormat format) throws IOException {
        create(BASE, CreateSpec.of(DiskFormat.VMFS_THIN, CAPACITY));
        write(BASE, 0, Patterns.random(1, 4 * MIB));
        create(DELTA, CreateSpec.of(format, CAPACITY).withParent(BASE));
        write(DELTA, 2 * MIB, Patterns.random(2, MIB));
        byte[] content = content(DELTA);
        long given;
        try (VirtualDisk disk = open(DiskUnmap.Effect.UNMAP)) {
            given = new DiskUnmap(disk, DiskUnmap.Effect.UNMAP, 2, Progress.NONE).range(new ByteRange(MIB, 2 * MIB));
        }

        Arrays.fill(content, MIB, 3 * MIB, (byte) 0);
        assertThat(given).isEqualTo(MIB);
        assertThat(content(DELTA)).isEqualTo(content);
    }

    private long zeros(DiskUnmap.Effect effect) throws IOException {
        try (VirtualDisk disk = open(effect)) {
            return new DiskUnmap(disk, effect, 2, Progress.NONE).zeros();
        }
    }

    private VirtualDisk open(DiskUnmap.Effect effect) throws IOException {
        OpenOptions options = OpenOptions.readOnly().withVolume(volume);
        return VirtualDisk.open(
                DELTA, effect == DiskUnmap.Effect.COUNT ? options : options.withAccess(OpenOptions.Access.WRITE));
    }

    private void create(Path disk, CreateSpec spec) throws IOException {
        StagedDisk.createEmpty(disk, spec, volume, Progress.NONE);
    }

    private void write(Path disk, int at, byte[] bytes) throws IOException {
        try (VirtualDisk opened = VirtualDisk.open(disk, OpenOptions.writable().withVolume(volume))) {
            opened.write(at, ByteBuffer.wrap(bytes));
        }
    }

    private byte[] content(Path disk) throws IOException {
        try (VirtualDisk opened = VirtualDisk.open(disk, OpenOptions.readOnly().withVolume(volume))) {
            ByteBuffer content = ByteBuffer.allocate(CAPACITY);
            opened.read(0, content);
            return content.array();
        }
    }
}
