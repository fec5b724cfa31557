package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of others: what they are is said, and raw: is never the first advice. */
class RawLookTest {
    private static final Map<String, String> MARKS = Map.of(
            "a.qcow2",
            "QFI\u00fb",
            "a.vhdx",
            "vhdxfile",
            "a.vhd",
            "conectix",
            "a.gz",
            "\u001f\u008b",
            "a.vmdk",
            "KDMV");

    @TempDir
    Path folder;

    private Path file(String name, String mark) throws IOException {
        byte[] bytes = Arrays.copyOf(mark.getBytes(StandardCharsets.ISO_8859_1), 4096);
        return Files.write(folder.resolve(name), bytes);
    }

    @Test
    void whoTakesAContainerForRawBytesIsTold() throws IOException {
        for (Map.Entry<String, String> each : MARKS.entrySet()) {
            Path file = file(each.getKey(), each.getValue());
            Path made = folder.resolve(each.getKey() + ".raw");

            CommandLineRun run = CommandLineRun.of("convert", "raw:" + file, made, "-O", "raw");

            assertThat(run.exitCode()).isZero();
            assertThat(run.err()).contains(each.getKey() + " is a", "raw: takes its bytes as those of the disk");
        }
    }

    @Test
    void rawDataIsTakenWithoutAWord() throws IOException {
        Path file = file("a.raw", "plain");

        assertThat(CommandLineRun.of("convert", "raw:" + file, folder.resolve("b.raw"), "-O", "raw")
                        .err())
                .isEmpty();
    }

    @Test
    void aDiscIsNoDiskAndIsSaidToBeOne() throws IOException {
        CommandLineRun run = CommandLineRun.of("info", file("a.iso", "\u0000"));

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("this is the image of a CD or DVD, not a disk");
    }
}
