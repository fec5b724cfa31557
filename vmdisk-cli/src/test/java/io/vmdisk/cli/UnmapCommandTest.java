package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.line.ExitCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnmapCommandTest {
    @TempDir
    Path folder;

    private Path disk;
    private Path raw;

    @BeforeEach
    void makeDisk() throws IOException {
        disk = folder.resolve("disk.vmdk");
        raw = folder.resolve("disk.raw");
        CommandLineRun.of("convert", Sample.TESTDATA.resolve("web01/web01-000002.vmdk"), disk, "-O", "sparse");
        CommandLineRun.of("read", disk, "-o", raw);
    }

    @Test
    void givesARangeBack() {
        CommandLineRun rehearsal = CommandLineRun.of("unmap", "--dry-run", "--range", "0:16M", "--json", disk);
        assertThat(CommandLineRun.of("compare", disk, "raw:" + raw).exitCode()).isZero();
        CommandLineRun run = CommandLineRun.of("unmap", "--range", "0:16M", disk);

        assertThat(rehearsal.out()).contains("\"dryRun\": true").doesNotContain("\"bytes\": 0,");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("bytes given back").doesNotStartWith("0 bytes");
        assertThat(CommandLineRun.of("compare", disk, "raw:" + raw).exitCode()).isEqualTo(1);
        assertThat(CommandLineRun.of("unmap", "--zero", "--dry-run", disk).out())
                .isEqualTo("0 bytes could be given back\n");
    }

    @Test
    void changesNothingThatTheGuestSeesForZeros() {
        assertThat(CommandLineRun.of("unmap", "--zero", disk).exitCode()).isZero();

        assertThat(CommandLineRun.of("compare", disk, "raw:" + raw).exitCode()).isZero();
        assertThat(CommandLineRun.of("check", disk).exitCode()).isIn(0, 3);
    }

    @Test
    void refusesWhatItCannotUnderstand() {
        assertThat(CommandLineRun.of("unmap", disk).exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(CommandLineRun.of("unmap", "--range", "5", disk).exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(CommandLineRun.of("unmap", "--range", "0:1T", disk).exitCode())
                .isEqualTo(ExitCodes.USAGE);
    }

    @Test
    void makesTheFileShorter() throws IOException {
        long length = Files.size(disk);
        CommandLineRun rehearsal = CommandLineRun.of("unmap", "--compact", "--dry-run", disk);
        CommandLineRun run = CommandLineRun.of("unmap", "--range", "0:16M", "--compact", "--json", disk);
        CommandLineRun again = CommandLineRun.of("unmap", "--compact", "--dry-run", disk);

        assertThat(rehearsal.out()).contains("hold 0 bytes that are free already and could be cut off");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("\"way\": \"compact\"", "\"freed\": ", "\"returned\": ");
        assertThat(Files.size(disk)).isLessThan(length);
        assertThat(again.out()).contains("hold 0 bytes");
        assertThat(CommandLineRun.of("check", disk).exitCode()).isZero();
        assertThat(CommandLineRun.of("compare", disk, "raw:" + raw).exitCode()).isEqualTo(1);
    }

    @Test
    void punchesOrSaysBeforeAnyChangeThatItCannot() throws IOException {
        byte[] bytes = Files.readAllBytes(disk);

        CommandLineRun run = CommandLineRun.of("unmap", "--range", "0:16M", "--punch", disk);

        if (run.exitCode() == 0) {
            assertThat(Files.size(disk)).isEqualTo(bytes.length);
        } else {
            assertThat(run.exitCode()).isEqualTo(ExitCodes.INPUT);
            assertThat(run.err()).contains("can't be punched").contains("--compact");
            assertThat(Files.readAllBytes(disk)).isEqualTo(bytes);
        }
    }

    @Test
    void repairsLeaks() throws IOException {
        assertThat(CommandLineRun.of("unmap", "--range", "0:16M", disk).exitCode())
                .isZero();
        Path unmapped = folder.resolve("unmapped.raw");
        assertThat(CommandLineRun.of("read", disk, "-o", unmapped).exitCode()).isZero();
        assertThat(CommandLineRun.of("check", disk).exitCode()).isEqualTo(3);

        CommandLineRun rehearsal = CommandLineRun.of("repair", "--leaks", "--dry-run", disk);
        assertThat(CommandLineRun.of("check", disk).exitCode()).isEqualTo(3);
        assertThat(CommandLineRun.of("repair", "--leaks", disk).exitCode()).isZero();

        assertThat(rehearsal.out()).contains("pack and cut disk.vmdk");
        assertThat(CommandLineRun.of("check", disk).exitCode()).isZero();
        assertThat(CommandLineRun.of("compare", disk, "raw:" + unmapped).exitCode())
                .isZero();
        assertThat(CommandLineRun.of("repair", "--leaks", disk).out()).contains("nothing to do");
    }
}
