package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A parent that is merged into the disk on it, and disks that come to stand alone. */
class ConsolidateUpTest {
    @TempDir
    private Path folder;

    private Path base;
    private Path middle;
    private Path top;

    private void chain(String format) throws IOException {
        base = folder.resolve("base.vmdk");
        middle = folder.resolve("middle.vmdk");
        top = folder.resolve("top.vmdk");
        done("create", base, "2M", "-O", "monolithicSparse");
        write(base, 1, 0);
        done("create", middle, "-b", base, "-O", format);
        write(middle, 2, 4096);
        done("create", top, "-b", middle, "-O", format);
        write(top, 3, 100_000);
    }

    private static void done(Object... words) {
        CommandLineRun run = CommandLineRun.of(words);
        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
    }

    private static void write(Path disk, int seed, int at) {
        CommandLineRun run = CommandLineRun.withInput(Patterns.random(seed, 70_000), "write", disk, "--offset", at);
        assertThat(run.exitCode()).as(run.err()).isZero();
    }

    private static byte[] content(Path disk) {
        return CommandLineRun.of("convert", disk, "-", "-O", "raw").outBytes();
    }

    @ParameterizedTest
    @ValueSource(strings = {"monolithicSparse", "vmfsSparse", "seSparse"})
    void theParentGoesAndTheDiskReadsTheSame(String format) throws IOException {
        chain(format);
        byte[] before = content(top);
        byte[] below = content(base);

        done("consolidate", "--up", top, "--dry-run");
        assertThat(middle).exists();
        done("consolidate", "--up", top);

        assertThat(content(top)).isEqualTo(before);
        assertThat(content(base)).isEqualTo(below);
        assertThat(middle).doesNotExist();
        assertThat(CommandLineRun.of("check", "--chain", top).exitCode()).isZero();

        done("consolidate", "--up", top);
        assertThat(content(top)).isEqualTo(before);
        assertThat(base).doesNotExist();
        assertThat(CommandLineRun.of("consolidate", "--up", top).out()).contains("nothing to do");
    }

    @Test
    void aParentThatOthersNeedStays() throws IOException {
        chain("vmfsSparse");
        Path other = folder.resolve("other.vmdk");
        done("create", other, "-b", middle, "-O", "vmfsSparse");

        CommandLineRun refused = CommandLineRun.of("consolidate", "--up", top);

        assertThat(refused.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(refused.err()).contains("other.vmdk", "vmdisk rebase ", "--onto none");
        assertThat(middle).exists();
        assertThat(CommandLineRun.of("consolidate", "--up", "--one", top).exitCode())
                .isEqualTo(ExitCodes.USAGE);
    }

    @Test
    void aVmfsSparseDeltaComesToStandAlone() throws IOException {
        chain("vmfsSparse");
        byte[] before = content(top);

        done("rebase", top, "--onto", "none");
        done("remove", middle);
        done("remove", base);

        assertThat(content(top)).isEqualTo(before);
        assertThat(CommandLineRun.of("check", "--chain", top).exitCode()).isZero();
        assertThat(Files.exists(folder.resolve("top-delta.vmdk"))).isTrue();
    }
}
