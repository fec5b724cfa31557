package io.vmdisk.disk.make;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.LimitExceededException;
import io.vmdisk.Progress;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.TestDisks;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.resize.DiskResize;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.testkit.MemoryVolume;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The largest disk of each format can be made and written at its end; one sector more is refused, also by growing. */
class CapacityLimitsTest {
    private static final int SECTOR = 512;
    private static final int PART = 8 << 20;

    private final MemoryVolume volume = new MemoryVolume();

    @ParameterizedTest
    @CsvSource({
        "VMFS_THIN, 68169720922112, 62 TiB, raw",
        "SE_SPARSE, 68169720922112, 62 TiB, raw",
        "VMFS_SPARSE, 2199023255040, 2 TiB less a sector, seSparse",
        "MONOLITHIC_SPARSE, 68169720922112, 62 TiB, raw",
        "TWO_GB_SPARSE, 83877691392, 9999 extents, extent size",
        "TWO_GB_FLAT, 83877691392, 9999 extents, extent size"
    })
    void isAsLargeAsItsFormatAllows(DiskFormat format, long most, String limit, String way) throws IOException {
        TestDisks.create(volume, TestDisks.DISK, spec(format, most));
        try (VirtualDisk disk =
                VirtualDisk.open(TestDisks.DISK, OpenOptions.writable().withVolume(volume))) {
            assertThat(disk.capacity()).isEqualTo(most);
            disk.write(most - SECTOR, ByteBuffer.wrap(new byte[] {1, 2, 3}));
            byte[] found = new byte[3];
            disk.read(most - SECTOR, ByteBuffer.wrap(found));
            assertThat(found).containsExactly(1, 2, 3);
        }
        DiskResize resize = new DiskResize(OpenOptions.writable().withVolume(volume), Progress.NONE);

        assertRefused(() -> TestDisks.create(volume, TestDisks.DISK, spec(format, most + SECTOR)), limit, way);
        assertThatThrownBy(() -> resize.grow(TestDisks.DISK, most + SECTOR)).isInstanceOf(LimitExceededException.class);
        assertThat(DiskChain.of(TestDisks.DISK, OpenOptions.readOnly().withVolume(volume))
                        .top()
                        .capacity())
                .isEqualTo(most);
    }

    @Test
    void refusesTheWriteThatHasNoPlaceInAHostedFileAndKeepsWhatHad() throws IOException {
        long most = 4L << 40;
        long fullFile = 1L << 41;
        int grain = 64 << 10;
        TestDisks.create(volume, TestDisks.DISK, spec(DiskFormat.MONOLITHIC_SPARSE, most));
        try (BlockFile file = volume.open(TestDisks.DISK, OpenMode.WRITE)) {
            file.setSize(fullFile - 2 * grain);
        }
        byte[] data = new byte[3 * grain];
        java.util.Arrays.fill(data, (byte) 7);

        try (VirtualDisk disk =
                VirtualDisk.open(TestDisks.DISK, OpenOptions.writable().withVolume(volume))) {
            assertRefused(
                    () -> disk.write(most - data.length, ByteBuffer.wrap(data)), "32-bit sector numbers", "2gbsparse");
            disk.write(most - data.length, ByteBuffer.wrap(data, 0, grain));
            disk.flush();
        }

        try (VirtualDisk disk =
                VirtualDisk.open(TestDisks.DISK, OpenOptions.readOnly().withVolume(volume))) {
            byte[] found = new byte[3 * grain];
            disk.read(most - data.length, ByteBuffer.wrap(found));
            assertThat(found).startsWith(java.util.Arrays.copyOf(data, grain));
            assertThat(found[grain]).isZero();
        }
    }

    private static void assertRefused(ThrowingCallable work, String limit, String way) {
        assertThatThrownBy(work)
                .isInstanceOf(LimitExceededException.class)
                .hasMessageContaining(limit)
                .hasMessageContaining(way)
                .hasMessageNotContaining("vmdisk-new");
    }

    private static CreateSpec spec(DiskFormat format, long capacity) {
        CreateSpec spec = CreateSpec.of(format, capacity);
        boolean split = format == DiskFormat.TWO_GB_SPARSE || format == DiskFormat.TWO_GB_FLAT;
        return split ? spec.withExtentBytes(PART) : spec;
    }

    @ParameterizedTest
    @CsvSource({"MONOLITHIC_SPARSE", "TWO_GB_SPARSE"})
    void namesTheDiskAndNotAPartOfItWhereAGrainIsImpossible(DiskFormat format) {
        CreateSpec spec = CreateSpec.of(format, 1 << 20).withGrainBytes(5000);

        assertThatThrownBy(() -> TestDisks.create(volume, TestDisks.DISK, spec))
                .isInstanceOf(LimitExceededException.class)
                .hasMessageContaining(TestDisks.DISK + ": a grain of")
                .hasMessageNotContaining("vmdisk-new");
        assertThat(volume.files()).isEmpty();
    }
}
