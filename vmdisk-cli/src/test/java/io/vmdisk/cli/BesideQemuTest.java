package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.Qemu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both programs on the same files: what they answer, and how large the files are that they make. */
class BesideQemuTest {
    private static final int CAPACITY = 6 << 20;

    @TempDir
    Path folder;

    private Path raw(String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content);
    }

    @ParameterizedTest
    @CsvSource({"0, -1, 0", "0, 5000000, 1", "1048576, -1, 0", "1048576, 6500000, 1"})
    void compareAnswersAsQemuImgDoes(int longerBy, int changed, int expected) throws IOException {
        byte[] content = Patterns.mixed(3, CAPACITY);
        byte[] other = Arrays.copyOf(content, CAPACITY + longerBy);
        if (changed >= 0) {
            other[changed] ^= 0x55;
        }
        Path left = folder.resolve("left.vmdk");
        Qemu.img("convert", "-q", "-f", "raw", "-O", "vmdk", raw("left.raw", content), left);
        Path right = raw("right.raw", other);

        int theirs =
                Qemu.tryImg("compare", "-f", "vmdk", "-F", "raw", left, right).exitCode();
        int ours = CommandLineRun.of("compare", left, "raw:" + right).exitCode();

        assertThat(theirs).isEqualTo(expected);
        assertThat(ours).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"monolithicSparse, monolithicSparse", "twoGbMaxExtentSparse, twoGbMaxExtentSparse"})
    void thinFilesAreAsSmallAsThoseOfQemuImg(String format, String subformat) throws IOException {
        byte[] content = Patterns.mixed(4, CAPACITY);
        Arrays.fill(content, 1 << 20, 5 << 20, (byte) 0);
        Path raw = raw("disk.raw", content);
        Path theirs = Files.createDirectory(folder.resolve("theirs"));
        Path ours = Files.createDirectory(folder.resolve("ours"));

        Qemu.img(
                "convert",
                "-q",
                "-f",
                "raw",
                "-O",
                "vmdk",
                "-o",
                "subformat=" + subformat,
                raw,
                theirs.resolve("d.vmdk"));
        CommandLineRun run = CommandLineRun.of("convert", "raw:" + raw, ours.resolve("d.vmdk"), "-O", format);

        assertThat(run.exitCode()).isZero();
        assertThat((double) bytes(ours)).isLessThanOrEqualTo(bytes(theirs) * 1.01);
    }

    private static long bytes(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            long sum = 0;
            for (Path file : files.toList()) {
                sum += Files.size(file);
            }
            return sum;
        }
    }
}
