package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {
    @TempDir
    Path folder;

    private Path top;

    @BeforeEach
    void copySample() throws IOException {
        top = Sample.copyTo(folder).resolve("web01-000002.vmdk");
    }

    @Test
    void findsTheSampleClean() {
        CommandLineRun run = CommandLineRun.of("check", "--chain", "--data", top);

        assertThat(run.out()).contains("no damage found");
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void callsABrokenChainCorrupt() throws IOException {
        Path base = top.resolveSibling("web01.vmdk");
        byte[] bytes = Files.readAllBytes(base);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int at = text.indexOf("\nCID=") + 5;
        bytes[at] = (byte) (bytes[at] == '1' ? '2' : '1');
        Files.write(base, bytes);

        CommandLineRun run = CommandLineRun.of("check", top);
        CommandLineRun json = CommandLineRun.of("check", "--json", top);
        CommandLineRun quiet = CommandLineRun.of("check", "-q", top);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out())
                .contains("error chain.content-id: ", "vmdisk repair --cid")
                .endsWith("notes)\n");
        assertThat(json.out()).contains("\"verdict\": \"corrupt\"", "\"id\": \"chain.content-id\"");
        assertThat(quiet.exitCode()).isEqualTo(2);
        assertThat(quiet.out()).isEmpty();
    }

    @Test
    void answersOneWhereItCannotCheck() {
        assertThat(CommandLineRun.of("check", folder.resolve("none.vmdk")).exitCode())
                .isEqualTo(1);
        assertThat(CommandLineRun.of("check", "raw:" + top).exitCode()).isEqualTo(1);
        assertThat(CommandLineRun.of("check").exitCode()).isEqualTo(ExitCodes.USAGE);
    }
}
