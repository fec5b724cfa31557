package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hashing;
import io.vmdisk.cli.line.CancelSwitch;
import io.vmdisk.cli.line.ExitCodes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    /** A MiB of data with holes of 8 and 64 KiB in it, and a MiB of nothing. */
    private Path holey() throws IOException {
        byte[] bytes = new byte[2 << 20];
        java.util.Arrays.fill(bytes, 0, 1 << 20, (byte) 7);
        java.util.Arrays.fill(bytes, 64 << 10, 72 << 10, (byte) 0);
        java.util.Arrays.fill(bytes, 512 << 10, 576 << 10, (byte) 0);
        return Files.write(folder.resolve("holey.raw"), bytes);
    }

    private static long kibOf(Path file) throws IOException {
        Process du = new ProcessBuilder("du", "-k", file.toString()).start();
        return Long.parseLong(new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split("\\s")[0]);
    }

    @ParameterizedTest
    @CsvSource({
        "4k, raw, 952, 960",
        "16k, raw, 960, 968",
        "64k, raw, 960, 968",
        "128k, raw, 1024, 1032",
        "0, raw, 2048, 2056",
        "0, monolithicSparse, 2048, 2300",
        "512, monolithicSparse, 960, 1200"
    })
    void makesHolesOfSoManyZerosAsAsked(String size, String format, long least, long most) throws IOException {
        Path source = holey();
        Path made = folder.resolve("made.img");

        CommandLineRun run = CommandLineRun.of("convert", "raw:" + source, made, "-O", format, "--sparse-size", size);

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(kibOf(made)).isBetween(least, most);
        String back = format.equals("raw") ? "raw:" + made : made.toString();
        assertThat(CommandLineRun.of("compare", "raw:" + source, back).exitCode())
                .isZero();
    }

    @Test
    void refusesHolesWhereTheyMeanNothing() throws IOException {
        for (String[] words : new String[][] {
            {"-O", "raw", "--sparse-size", "3000"},
            {"-O", "raw", "--sparse-size", "2M"},
            {"-O", "raw", "--sparse-size", "many"},
            {"-O", "streamOptimized", "--sparse-size", "0"},
        }) {
            CommandLineRun run = CommandLineRun.of(
                    "convert", "raw:" + holey(), folder.resolve("x"), words[0], words[1], words[2], words[3]);
            assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
        }
    }

    @Test
    void saysWhatItRisksWhereItDoesNotWaitForTheDrive() throws IOException {
        Path made = folder.resolve("made.img");
        CommandLineRun run = CommandLineRun.of("convert", TOP, made, "-O", "raw", "--sync", "none");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out() + run.err()).contains("a power cut in the next minute can cost content");
        assertThat(digest(Files.readAllBytes(made))).isEqualTo(Sample.digest());

        CommandLineRun json =
                CommandLineRun.of("convert", TOP, folder.resolve("b.img"), "-O", "raw", "--sync", "none", "--json");
        assertThat(json.out()).contains("a power cut in the next minute can cost content");
        CommandLineRun waited =
                CommandLineRun.of("convert", TOP, folder.resolve("c.img"), "-O", "raw", "--sync", "end");
        assertThat(waited.out() + waited.err()).doesNotContain("power cut");
    }

    @Test
    void newAndClonedDisksNeedNotWaitForTheDriveEither() throws IOException {
        for (String when : new String[] {"none", "end"}) {
            Path fresh = folder.resolve(when + "-new.vmdk");
            Path copy = folder.resolve(when + "-copy.vmdk");
            Path delta = folder.resolve(when + "-delta.vmdk");
            for (CommandLineRun run : new CommandLineRun[] {
                CommandLineRun.of("create", fresh, "1M", "-O", "monolithicSparse", "--sync", when),
                CommandLineRun.of("clone", TOP, copy, "-O", "raw", "--sync", when),
                CommandLineRun.of("clone", fresh, delta, "--linked", "--sync", when, "--json"),
            }) {
                assertThat(run.exitCode()).as(run.err()).isZero();
                assertThat((run.out() + run.err()).contains("a power cut in the next minute can cost content"))
                        .isEqualTo(when.equals("none"));
            }
            assertThat(digest(Files.readAllBytes(copy))).isEqualTo(Sample.digest());
            assertThat(CommandLineRun.of("check", delta).exitCode()).isZero();
        }
    }

    @Test
    void aMachineIsAlwaysClonedDurably() throws IOException {
        Path vm = Files.createDirectory(folder.resolve("vm"));
        Files.writeString(vm.resolve("vm.vmx"), "config.version = \"8\"\nvirtualHW.version = \"14\"\n");

        CommandLineRun run = CommandLineRun.of("clone", vm, folder.resolve("other"), "--sync", "none");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err()).contains("--sync is only for a DISK");
        assertThat(folder.resolve("other")).doesNotExist();
    }

    @Test
    void refusesToChangeADiskInPlaceWithoutWaiting() throws IOException {
        for (String[] words : new String[][] {
            {"convert", TOP.toString(), TOP.toString(), "-n", "--sync", "none"},
            {"convert", TOP.toString(), "-", "-O", "raw", "--sync", "none"},
            {"convert", TOP.toString(), folder.resolve("x").toString(), "-O", "raw", "--sync", "soon"},
        }) {
            assertThat(CommandLineRun.of((Object[]) words).exitCode()).isEqualTo(ExitCodes.USAGE);
        }
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

        assertThat(run.out(folder).replace(TOP.toString(), "TOP")).isEqualTo("""
                        {
                          "schema": 1,
                          "command": "convert",
                          "target": "TOP",
                          "dryRun": false,
                          "changed": true,
                          "path": "FOLDER/copy.vmdk",
                          "format": "monolithicSparse",
                          "capacity": 16777216,
                          "leftOut": [ ],
                          "plan": {
                            "operation": "convert TOP to FOLDER/copy.vmdk",
                            "preparations": [ ],
                            "steps": [
                              {
                                "kind": "make-file",
                                "path": "FOLDER/copy.vmdk",
                                "from": [ ],
                                "text": "make FOLDER/copy.vmdk"
                              }
                            ],
                            "makes": [
                              "FOLDER/copy.vmdk"
                            ],
                            "changes": [ ],
                            "removes": [ ],
                            "bytes": null,
                            "seconds": null,
                            "needs": null,
                            "free": null,
                            "stores": [ ],
                            "notes": [ ]
                          }
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
        assertThat(CommandLineRun.of("convert", TOP, folder.resolve("a"), "-O", "qcow3")
                        .err())
                .contains("'qcow3' is no format; formats are monolithicSparse, monolithicFlat");
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
