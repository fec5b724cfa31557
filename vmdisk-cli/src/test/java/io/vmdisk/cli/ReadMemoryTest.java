package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.line.ExitCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadMemoryTest {
    private static final int MIB = 1 << 20;

    @TempDir
    Path folder;

    private byte[] memory() {
        byte[] memory = new byte[4 * MIB];
        byte[] pages = new byte[MIB];
        new Random(7).nextBytes(pages);
        System.arraycopy(pages, 0, memory, MIB, MIB);
        return memory;
    }

    @Test
    void readsGuestMemoryByAddress() throws IOException {
        byte[] memory = memory();
        Path image = Files.write(folder.resolve("web01.vmem"), memory);
        Path part = folder.resolve("part");

        CommandLineRun run =
                CommandLineRun.of("read", image, "--offset", "1M", "--length", "8k", "-o", part, "--progress=none");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(Files.readAllBytes(part)).isEqualTo(Arrays.copyOfRange(memory, MIB, MIB + 8192));
    }

    @Test
    void exportsAllOfItWithItsZeros() throws IOException {
        Path image = Files.write(folder.resolve("web01.vmem"), memory());
        Path raw = folder.resolve("memory.raw");

        CommandLineRun run = CommandLineRun.of("read", image, "-o", raw);

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(Files.readAllBytes(raw)).isEqualTo(memory());
    }

    @Test
    void aCheckpointWithoutMemoryIsRefused() throws IOException {
        Path vm = Sample.copyTo(folder);

        CommandLineRun run = CommandLineRun.of("read", vm.resolve("web01-Snapshot1.vmsn"), "--length", "16");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.INPUT);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("the checkpoint was taken without memory");
    }

    @Test
    void anAddressBehindTheMemoryIsRefused() throws IOException {
        Path image = Files.write(folder.resolve("web01.vmem"), memory());

        CommandLineRun run = CommandLineRun.of("read", image, "--offset", "5M");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err()).contains("--offset 5242880 is past the end: there are 4194304 bytes");
    }
}
