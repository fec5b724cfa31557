package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.testkit.NbdTools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServeCommandTest {
    private static final Path MACHINE = Sample.TESTDATA.resolve("web01");
    private static final Path TOP = MACHINE.resolve("web01-000002.vmdk");

    @TempDir
    Path folder;

    @Test
    void tellsProgramsWhatTheyMayAskFor() throws Exception {
        Path socket = folder.resolve("s");

        CommandLineRun run = ServingRun.of(socket, () -> {}, "serve", "--json", MACHINE, "--socket", socket);

        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("\"command\": \"serve\"", "\"name\": \"scsi0:0\"", "\"size\": 16777216", "scsi0:0@");
        assertThat(socket).doesNotExist();
    }

    @Test
    void servesOneSnapshotUnderANameOfItsOwn() throws Exception {
        Path socket = folder.resolve("s");
        Path out = folder.resolve("out.raw");

        CommandLineRun run = ServingRun.of(
                socket,
                () -> {
                    NbdTools.run("nbdcopy", NbdTools.uri(socket, "old"), out);
                    assertThat(NbdTools.run("nbdinfo", "--size", NbdTools.uri(socket, "")))
                            .startsWith("16777216");
                },
                "serve",
                MACHINE,
                "--socket",
                socket,
                "--snapshot",
                "1",
                "--disk",
                "SCSI0:0",
                "--export",
                "old");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("read-only", "nbd+unix:///old?socket=" + socket);
        assertThat(out)
                .hasBinaryContent(
                        CommandLineRun.of("read", MACHINE.resolve("web01.vmdk")).outBytes());
    }

    @Test
    void asksForOnePlaceAndForAnOverlay() {
        assertThat(CommandLineRun.of("serve", TOP).err()).contains("say where");
        assertThat(CommandLineRun.of("serve", TOP, "--stdio", "--socket", "s").exitCode())
                .isEqualTo(ExitCodes.USAGE);
        assertThat(CommandLineRun.of("serve", TOP, "--socket", "s", "--tls", "d")
                        .err())
                .contains("about --listen");
        assertThat(CommandLineRun.of("serve", TOP, "--socket", "s", "--write").err())
                .contains("--write needs --overlay");
        assertThat(CommandLineRun.of("serve", TOP, "--socket", "s", "--disk", "scsi0:0")
                        .err())
                .contains("about a machine");
        assertThat(CommandLineRun.of("serve", MACHINE, "--socket", "s", "--export", "x")
                        .err())
                .contains("about a single disk");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0:0", "[::]:0"})
    void doesNotShowADiskToOthersByMistake(String address) {
        CommandLineRun run = CommandLineRun.of("serve", TOP, "--listen", address);

        assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err()).contains("--tls DIR", "--insecure");
    }

    @ParameterizedTest
    @CsvSource({"::1:5, in brackets", "localhost:x, with a port", "localhost:70000, with a port"})
    void refusesAddressesThatAreNone(String address, String why) {
        assertThat(CommandLineRun.of("serve", TOP, "--listen", address).err()).contains(why);
    }

    @Test
    void aMachineThatRunsIsServedAsItWas() throws Exception {
        Path running = Files.createDirectory(folder.resolve("web01"));
        try (var files = Files.list(MACHINE)) {
            for (Path file : files.toList()) {
                Files.copy(file, running.resolve(file.getFileName().toString()));
            }
        }
        Files.createFile(running.resolve("web01-1a2b3c4d.vswp"));
        Path socket = folder.resolve("s");

        CommandLineRun refused = CommandLineRun.of("serve", running, "--socket", socket);
        CommandLineRun frozen =
                ServingRun.of(socket, () -> {}, "serve", running, "--socket", socket, "--snapshot", "1");

        assertThat(refused.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(refused.err()).contains("is running", "--snapshot", "--force=in-use");
        assertThat(frozen.exitCode()).isZero();
        CommandLineRun forced = ServingRun.of(socket, () -> {}, "serve", running, "--socket", socket, "--force=in-use");
        assertThat(forced.exitCode()).isZero();
    }

    @Test
    void anOverlayThatExistsStaysAsItIs() throws IOException {
        Path overlay = Files.writeString(folder.resolve("o.vmdk"), "mine");

        CommandLineRun run =
                CommandLineRun.of("serve", TOP, "--socket", folder.resolve("s"), "--write", "--overlay", overlay);

        assertThat(run.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(overlay).hasContent("mine");
    }
}
