package io.vmdisk.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** QEMU, the samples and the generators agree with each other, so that each may judge our own code. */
class OutsideToolsTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(value = Sample.class, mode = EnumSource.Mode.EXCLUDE, names = "VMFS_DELTA_WITHOUT_EXTENT")
    void qemuReadsTheSamplesAsTheirHashesSay(Sample sample) throws IOException {
        Path disk = sample.copyTo(folder);
        Path raw = folder.resolve("raw");
        Qemu.toRaw("vmdk", disk, raw);

        assertThat(Files.size(raw)).isEqualTo(sample.capacityBytes());
        assertThat(Sha256.of(raw)).isEqualTo(sample.sha256().orElseThrow());
    }

    @Test
    void qemuReadsGeneratedSesparseDisksAsExpected() throws IOException {
        Path raw = folder.resolve("raw");
        Path disk = Generators.sesparse(
                folder, "se", "--size-mib", 4, "--data", "64k:128k", "--zero", "1m:64k", "--expect", "expected");
        Qemu.toRaw("vmdk", disk, raw);

        assertThat(Sha256.of(raw)).isEqualTo(Sha256.of(folder.resolve("expected")));
    }

    @Test
    void qemuReadsGeneratedCowdDisksAsExpected() throws IOException {
        Path raw = folder.resolve("raw");
        Path disk = Generators.cowd(folder, "cowd", "--size-mib", 4, "--data", "64k:128k", "--expect", "expected");
        Qemu.toRaw("vmdk", disk, raw);

        assertThat(Sha256.of(raw)).isEqualTo(Sha256.of(folder.resolve("expected")));
    }

    @Test
    void qemuWritesWhatItIsTold() throws IOException {
        Path raw = folder.resolve("raw");
        Qemu.img("create", "-f", "raw", raw, "64k");
        Qemu.io("raw", raw, "write -P 0x5a 4k 4k");
        byte[] expected = new byte[65536];
        java.util.Arrays.fill(expected, 4096, 8192, (byte) 0x5A);

        assertThat(Sha256.of(raw)).isEqualTo(Sha256.of(expected));
    }

    @Test
    void hashesTheSameBytesAlikeWhereverTheyAre() throws IOException {
        byte[] bytes = Patterns.mixed(1, 3_000_000);
        Path file = Files.write(folder.resolve("a"), bytes);
        try (BlockFile open = Volume.system().open(file, OpenMode.READ)) {
            assertThat(Sha256.of(open)).isEqualTo(Sha256.of(bytes)).isEqualTo(Sha256.of(file));
        }
        assertThat(Sha256.of(new byte[0]))
                .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
}
