package io.vmdisk.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.Progress;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Holes in real files: punched by the packed jar where Java and file system can, refused where they can't. */
class DiskPunchIT {
    private static final int MIB = 1 << 20;
    private static final int CAPACITY = 16 * MIB;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(names = {"MONOLITHIC_SPARSE", "SE_SPARSE", "VMFS_SPARSE", "MONOLITHIC_FLAT"})
    void givesBlocksBackOrSaysThatItCannot(DiskFormat format) throws IOException {
        Path disk = folder.resolve("disk.vmdk");
        StagedDisk.createEmpty(disk, CreateSpec.of(format, CAPACITY), Volume.system(), Progress.NONE);
        write(disk, 0, Patterns.random(1, 8 * MIB));
        write(disk, 2 * MIB, new byte[4 * MIB]);
        if (format != DiskFormat.MONOLITHIC_FLAT) {
            try (VirtualDisk opened = VirtualDisk.open(disk, OpenOptions.writable())) {
                opened.unmap(2 * MIB, 4 * MIB);
            }
        }
        byte[] content = content(disk);
        long before = allocated(disk);
        DiskPunch punch = new DiskPunch(disk, OpenOptions.writable(), Progress.NONE);

        if (canPunch()) {
            assertThat(punch.punch()).isGreaterThanOrEqualTo(4L * MIB - 65536);
            assertThat(before - allocated(disk)).isGreaterThanOrEqualTo(4L * MIB - 65536);
            assertThat(punch.count()).isZero();
        } else {
            byte[] file = Files.readAllBytes(disk);
            assertThatThrownBy(punch::punch)
                    .isInstanceOf(UnsupportedFeatureException.class)
                    .hasMessageContaining("punch");
            assertThat(Files.readAllBytes(disk)).isEqualTo(file);
        }
        assertThat(content(disk)).isEqualTo(content);
    }

    private boolean canPunch() throws IOException {
        try (BlockFile file = Volume.system().open(folder.resolve("probe"), OpenMode.CREATE)) {
            file.writeFully(0, ByteBuffer.allocate(65536));
            return file.punch(0, 65536);
        }
    }

    private static long allocated(Path disk) throws IOException {
        try (VirtualDisk opened = VirtualDisk.open(disk)) {
            return opened.allocatedBytes(0);
        }
    }

    private static void write(Path disk, int at, byte[] bytes) throws IOException {
        try (VirtualDisk opened = VirtualDisk.open(disk, OpenOptions.writable())) {
            opened.write(at, ByteBuffer.wrap(bytes));
        }
    }

    private static byte[] content(Path disk) throws IOException {
        try (VirtualDisk opened = VirtualDisk.open(disk)) {
            ByteBuffer content = ByteBuffer.allocate(CAPACITY);
            opened.read(0, content);
            return content.array();
        }
    }
}
