package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.Qemu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both programs on the same files: what they answer, and how large the files are that they make. */
@Tag("long")
class BesideQemuTest {
    private static final int CAPACITY = 6 << 20;

    @TempDir
    Path folder;

    private Path raw(String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content);
    }

    /** Equal, one byte of another value at some places, longer by zeros and by something else, shorter. */
    private static List<byte[]> others(byte[] content) {
        List<byte[]> others = new ArrayList<>(List.of(content.clone()));
        for (int at : new int[] {0, content.length / 2, content.length - 1}) {
            byte[] changed = content.clone();
            changed[at] ^= 0x55;
            others.add(changed);
        }
        others.add(Arrays.copyOf(content, content.length + (1 << 20)));
        byte[] longer = Arrays.copyOf(content, content.length + (1 << 20));
        longer[longer.length - 1] = 1;
        others.add(longer);
        others.add(Arrays.copyOf(content, content.length - 512));
        return others;
    }

    @ParameterizedTest
    @CsvSource({
        "monolithicSparse, true",
        "monolithicFlat, true",
        "twoGbMaxExtentSparse, true",
        "twoGbMaxExtentFlat, true",
        "streamOptimized, true",
        "vmfs, false",
        "vmfsThin, false",
        "vmfsSparse, false",
        "seSparse, false"
    })
    void compareAnswersAsQemuImgDoes(String format, boolean qemuMakesIt) throws IOException {
        byte[] content = Patterns.mixed(3, CAPACITY);
        content[CAPACITY - 1] = 7;
        Path raw = raw("left.raw", content);
        Path left = folder.resolve("left.vmdk");
        if (qemuMakesIt) {
            Qemu.img("convert", "-q", "-f", "raw", "-O", "vmdk", "-o", "subformat=" + format, raw, left);
        } else {
            assertThat(CommandLineRun.of("convert", "raw:" + raw, left, "-O", format)
                            .exitCode())
                    .isZero();
        }

        List<Integer> codes = new ArrayList<>();
        for (byte[] other : others(content)) {
            Path right = raw("right.raw", other);
            int theirs = Qemu.tryImg("compare", "-f", "vmdk", "-F", "raw", left, right)
                    .exitCode();
            assertThat(CommandLineRun.of("compare", left, "raw:" + right).exitCode())
                    .isEqualTo(theirs);
            assertThat(CommandLineRun.of("compare", "raw:" + right, left).exitCode())
                    .isEqualTo(theirs);
            codes.add(theirs);
        }

        assertThat(codes).containsExactly(0, 1, 1, 1, 0, 1, 1);
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
