package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConvertCommandTest {
    private static final Path TOP = Sample.TESTDATA.resolve("web01/web01-000002.vmdk");

    @TempDir
    Path folder;

    private static String digest(byte[] content) {
        return Hashing.sha256().hashBytes(content).toString();
    }

    @Test
    void exportsAWholeChainToRaw() throws IOException {
        Path raw = folder.resolve("web01.raw");

        CommandLineRun run = CommandLineRun.of("convert", TOP, raw, "-O", "raw");

        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out(folder)).isEqualTo("FOLDER/web01.raw: raw, 16 MiB (16777216 bytes)\n");
        assertThat(digest(Files.readAllBytes(raw))).isEqualTo(Sample.digest());
    }

    @Test
    void keepsHolesAsHoles() throws Exception {
        Path raw = folder.resolve("web01.raw");

        CommandLineRun.of("convert", TOP, raw, "-O", "raw");

        Process du = new ProcessBuilder("du", "-k", raw.toString()).start();
        String blocks = new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(Long.parseLong(blocks.split("\\s")[0])).isLessThan(1024);
    }

    @Test
    void writesRawToStandardOutput() throws IOException {
        CommandLineRun run = CommandLineRun.of("convert", TOP, "-", "-O", "raw");

        assertThat(run.exitCode()).isZero();
        assertThat(digest(run.outBytes())).isEqualTo(Sample.digest());
    }

    @Test
    void readsACompressedStreamFromStandardInput() throws IOException {
        byte[] stream =
                CommandLineRun.of("convert", TOP, "-", "-O", "streamOptimized").outBytes();
        Path raw = folder.resolve("web01.raw");

        CommandLineRun run = CommandLineRun.withInput(stream, "convert", "-", raw, "-O", "raw");

        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(digest(Files.readAllBytes(raw))).isEqualTo(Sample.digest());
    }

    @Test
    void makesNothingOfAStreamThatWasCut() {
        byte[] stream =
                CommandLineRun.of("convert", TOP, "-", "-O", "streamOptimized").outBytes();
        Path raw = folder.resolve("web01.raw");

        CommandLineRun run = CommandLineRun.withInput(
                java.util.Arrays.copyOf(stream, stream.length / 2), "convert", "-", raw, "-O", "raw");

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(raw).doesNotExist();
    }

    @Test
    void makesAVmdkThatQemuImgReads() throws Exception {
        Path made = folder.resolve("copy.vmdk");

        CommandLineRun run = CommandLineRun.of("convert", TOP, made, "-O", "MONOLITHICSPARSE", "--json");

        assertThat(run.out(folder)).isEqualTo("""
                        {
                          "path": "FOLDER/copy.vmdk",
                          "format": "monolithicSparse",
                          "capacity": 16777216
                        }
                        """);
        assertThat(Sample.qemuImg("compare", TOP, made)).contains("Images are identical.");
    }

    @Test
    void writesIntoAnExistingImage() throws IOException {
        Path raw = Files.write(folder.resolve("old.raw"), new byte[16 << 20]);

        CommandLineRun run = CommandLineRun.of("convert", "-n", TOP, "raw:" + raw);

        assertThat(run.exitCode()).isZero();
        assertThat(digest(Files.readAllBytes(raw))).isEqualTo(Sample.digest());
    }

    @Test
    void overwritesNothingAndLeavesNothing() throws IOException {
        Path raw = Files.writeString(folder.resolve("web01.raw"), "mine");

        CommandLineRun run = CommandLineRun.of("convert", TOP, raw, "-O", "raw");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(raw).hasContent("mine");
        assertThat(folder).isDirectoryNotContaining(file -> !file.equals(raw));
    }

    @Test
    void leavesNothingBehindWhenTheUserCancels() {
        CancelSwitch cancel = new CancelSwitch();
        cancel.cancelAndWait();

        CommandLineRun run = CommandLineRun.cancelled(cancel, "convert", TOP, folder.resolve("a.raw"), "-O", "raw");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.CANCELLED);
        assertThat(run.err(folder)).endsWith("cancelled: FOLDER/a.raw was not made; its parts were removed\n");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void namesTheFormatsWhereNoneOrAWrongOneIsGiven() {
        assertThat(CommandLineRun.of("convert", TOP, folder.resolve("a")).err()).contains("-O raw");
        assertThat(CommandLineRun.of("convert", TOP, folder.resolve("a"), "-O", "qcow2")
                        .err())
                .contains("'qcow2' is no format; formats are monolithicSparse, monolithicFlat");
        assertThat(CommandLineRun.of("convert", TOP, "-", "-O", "vmfs").exitCode())
                .isEqualTo(ExitCodes.USAGE);
        assertThat(CommandLineRun.of("convert", TOP, folder.resolve("a"), "-O", "raw", "--threads=0")
                        .err())
                .contains("'0' is not a number from 1 to 64");
    }

    @Test
    void tellsProgressWhereItIsAskedFor() {
        CommandLineRun run =
                CommandLineRun.of("convert", TOP, folder.resolve("a.raw"), "-O", "raw", "--progress=json", "-q");
        CommandLineRun told =
                CommandLineRun.of("convert", TOP, folder.resolve("b.raw"), "-O", "raw", "--progress=json");

        assertThat(run.err()).isEmpty();
        assertThat(told.err()).startsWith("{\"progress\":{\"task\":\"").contains("\"done\":");
    }
}
