package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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

        assertThat(rehearsal.out()).contains("\"done\": false").doesNotContain("\"bytes\": 0,");
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
}
