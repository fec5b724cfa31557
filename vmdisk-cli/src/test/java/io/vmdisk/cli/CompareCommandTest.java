package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.line.ExitCodes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareCommandTest {
    private static final Path TOP = Sample.TESTDATA.resolve("web01/web01-000002.vmdk");

    @TempDir
    Path folder;

    private Path raw;

    @BeforeEach
    void export() {
        raw = folder.resolve("web01.raw");
        CommandLineRun.of("read", TOP, "-o", raw);
    }

    private void change(long at) throws IOException {
        try (FileChannel channel = FileChannel.open(raw, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {99}), at);
        }
    }

    @Test
    void findsDisksOfDifferentFormatsTheSame() {
        CommandLineRun run = CommandLineRun.of("compare", TOP, "raw:" + raw);

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEqualTo("the content is the same\n");
    }

    @Test
    void tellsTheFirstDifference() throws IOException {
        change(5_000_000);
        change(9_000_001);

        CommandLineRun run = CommandLineRun.of("compare", TOP, "raw:" + raw);
        CommandLineRun quiet = CommandLineRun.of("compare", "-q", TOP, "raw:" + raw);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).isEqualTo("the content differs, first at byte 5000000\n");
        assertThat(quiet.exitCode()).isEqualTo(1);
        assertThat(quiet.out()).isEmpty();
    }

    @Test
    void listsEveryRegionThatDiffersInWholeSectors() throws IOException {
        change(5_000_000);
        change(9_000_001);

        CommandLineRun run = CommandLineRun.of("compare", "--regions", "--json", TOP, "raw:" + raw);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out(folder)
                        .replace(TOP.toString(), "TOP")
                        .replace(raw.toString().replace(folder.toString(), "FOLDER"), "RAW"))
                .isEqualTo("""
                        {
                          "schema": 1,
                          "command": "compare",
                          "target": "TOP",
                          "dryRun": false,
                          "changed": false,
                          "other": "raw:RAW",
                          "same": false,
                          "firstDifference": 5000000,
                          "capacities": [
                            16777216,
                            16777216
                          ],
                          "regions": [
                            {
                              "start": 4999680,
                              "length": 512
                            },
                            {
                              "start": 8999936,
                              "length": 512
                            }
                          ]
                        }
                        """);
    }

    @Test
    void answersAboveOneWhereItCannotCompare() {
        CommandLineRun missing = CommandLineRun.of("compare", TOP, folder.resolve("nope.vmdk"));
        CommandLineRun alone = CommandLineRun.of("compare", TOP);

        assertThat(missing.exitCode()).isEqualTo(ExitCodes.IO);
        assertThat(alone.exitCode()).isEqualTo(ExitCodes.USAGE);
    }
}
