package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hashing;
import io.vmdisk.cli.line.CancelSwitch;
import io.vmdisk.cli.line.ExitCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadCommandTest {
    private static final Path TOP = Sample.TESTDATA.resolve("web01/web01-000002.vmdk");

    @TempDir
    Path folder;

    @Test
    void writesTheWholeDiskToStandardOutput() throws IOException {
        CommandLineRun run = CommandLineRun.of("read", TOP);

        assertThat(run.exitCode()).isZero();
        assertThat(Hashing.sha256().hashBytes(run.outBytes())).hasToString(Sample.digest());
    }

    @Test
    void readsARangeIntoANewFile() throws IOException {
        Path part = folder.resolve("part.bin");
        byte[] disk = CommandLineRun.of("read", TOP).outBytes();

        CommandLineRun run = CommandLineRun.of("read", TOP, "--offset", "8191", "--length", "64k", "-o", part);

        assertThat(run.exitCode()).isZero();
        assertThat(run.outBytes()).isEmpty();
        assertThat(part).hasBinaryContent(Arrays.copyOfRange(disk, 8191, 8191 + 65536));
    }

    @Test
    void overwritesNothing() throws IOException {
        Path part = Files.writeString(folder.resolve("part.bin"), "mine");

        CommandLineRun run = CommandLineRun.of("read", TOP, "-o", part);

        assertThat(run.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(part).hasContent("mine");
    }

    @Test
    void refusesARangePastTheEnd() {
        CommandLineRun offset = CommandLineRun.of("read", TOP, "--offset", "17M");
        CommandLineRun length = CommandLineRun.of("read", TOP, "--offset", "15M", "--length", "2M");

        assertThat(offset.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(offset.err()).contains("--offset 17825792 is past the end: there are 16777216 bytes");
        assertThat(length.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(length.err()).contains("1048576 bytes are left from there");
    }

    @Test
    void refusesASizeThatIsNone() {
        CommandLineRun run = CommandLineRun.of("read", TOP, "--offset", "12 apples");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err())
                .contains("'12 apples' is not a size: write 512, 64k, 20G, 1.5T (powers of 1024) or 4096s (sectors)");
    }

    @Test
    void readsNothingAtTheVeryEnd() {
        assertThat(CommandLineRun.of("read", TOP, "--offset", "16M").outBytes()).isEmpty();
    }

    @Test
    void stopsWhenTheUserCancels() {
        CancelSwitch cancel = new CancelSwitch();
        cancel.cancelAndWait();

        CommandLineRun run = CommandLineRun.cancelled(cancel, "read", TOP, "-o", folder.resolve("part.bin"));

        assertThat(run.exitCode()).isEqualTo(ExitCodes.CANCELLED);
        assertThat(run.err(folder))
                .isEqualTo("vmdisk: reading was cancelled: FOLDER/part.bin holds what was read so far\n");
    }
}
