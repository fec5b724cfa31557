package io.vmdisk.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Progress;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.repair.TableRepair;
import io.vmdisk.testkit.Qemu;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our check and qemu-img's on disks that qemu made, sound, broken and repaired. */
class QemuCheckTest {
    private static final int TABLE_0 = 27 * 512;

    @TempDir
    Path folder;

    @BeforeAll
    static void needsQemu() {
        Qemu.assumePresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"monolithicSparse", "twoGbMaxExtentSparse", "monolithicFlat", "streamOptimized"})
    void findsNothingInWhatQemuMade(String subformat) throws IOException {
        Path raw = folder.resolve("disk.raw");
        byte[] content = new byte[3 << 20];
        content[70_000] = 1;
        content[2_000_000] = 2;
        Files.write(raw, content);
        Path disk = folder.resolve("disk.vmdk");
        Qemu.img("convert", "-q", "-f", "raw", "-O", "vmdk", "-o", "subformat=" + subformat, raw, disk);

        assertThat(check(disk).findings()).isEmpty();
        assertThat(Qemu.tryImg("check", "-f", "vmdk", disk).exitCode()).isZero();
    }

    @Test
    void agreesBeforeAndAfterARepair() throws IOException {
        Path disk = folder.resolve("disk.vmdk");
        Qemu.img("create", "-q", "-f", "vmdk", disk, "10M");
        Qemu.io("vmdk", disk, "write -P 65 0 128k");
        byte[] sound = Files.readAllBytes(disk);
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.seek(TABLE_0);
            file.write(new byte[] {0, 0, 1, 0});
        }
        assertThat(check(disk).verdict()).isEqualTo(Verdict.CORRUPT);
        assertThat(Qemu.tryImg("check", "-f", "vmdk", disk).exitCode()).isNotZero();

        TableRepair.of(disk, OpenOptions.readOnly()).execute(Progress.NONE);

        assertThat(Files.readAllBytes(disk)).isEqualTo(sound);
        assertThat(check(disk).verdict()).isEqualTo(Verdict.CLEAN);
        assertThat(Qemu.tryImg("check", "-f", "vmdk", disk).exitCode()).isZero();
    }

    private static CheckReport check(Path disk) throws IOException {
        return DiskCheck.run(disk, CheckOptions.standard().withContent(CheckOptions.Content.DATA), Progress.NONE);
    }
}
