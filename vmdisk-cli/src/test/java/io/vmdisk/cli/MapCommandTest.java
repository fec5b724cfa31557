package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.line.ExitCodes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MapCommandTest {
    private static final Path TOP = Sample.TESTDATA.resolve("web01/web01-000002.vmdk");
    private static final Pattern RUN =
            Pattern.compile("\\{ *\"start\": (\\d+), *\"length\": (\\d+), *\"depth\": (\\d+),"
                    + " *\"present\": (\\w+), *\"zero\": (\\w+), *\"data\": (\\w+)[^}]*?(\"offset\": (\\d+)[^}]*)?\\}");

    @TempDir
    Path folder;

    /** What both tools say of each run. */
    private static List<String> runs(String json) {
        List<String> runs = new ArrayList<>();
        Matcher matcher = RUN.matcher(json);
        while (matcher.find()) {
            runs.add(String.join(
                    " ",
                    matcher.group(1),
                    matcher.group(2),
                    matcher.group(3),
                    matcher.group(4),
                    matcher.group(5),
                    matcher.group(6),
                    String.valueOf(matcher.group(8))));
        }
        return runs;
    }

    @Test
    void agreesWithQemuImgOnAMixedChain() throws Exception {
        CommandLineRun run = CommandLineRun.of("map", "--json", TOP);

        assertThat(runs(run.out())).hasSize(15).isEqualTo(runs(Sample.qemuImg("map", "--output=json", TOP)));
    }

    @Test
    void joinsTheCompressedGrainsOfAStream() throws Exception {
        byte[] content = new byte[4 << 20];
        new Random(5).nextBytes(content);
        java.util.Arrays.fill(content, 1 << 20, 2 << 20, (byte) 0);
        Path raw = Files.write(folder.resolve("a.raw"), content);
        Path stream = folder.resolve("a.vmdk");
        Sample.qemuImg("convert", "-O", "vmdk", "-o", "subformat=streamOptimized", raw, stream);

        CommandLineRun run = CommandLineRun.of("map", "--json", stream);

        assertThat(run.out(folder)).isEqualTo("""
                        [
                          { "start": 0, "length": 1048576, "depth": 0, "present": true, "zero": false, "data": true, "compressed": true, "filename": "FOLDER/a.vmdk" },
                          { "start": 1048576, "length": 1048576, "depth": 0, "present": false, "zero": true, "data": false, "compressed": false },
                          { "start": 2097152, "length": 2097152, "depth": 0, "present": true, "zero": false, "data": true, "compressed": true, "filename": "FOLDER/a.vmdk" }
                        ]
                        """);
    }

    @Test
    void printsATableForPeople() {
        CommandLineRun run = CommandLineRun.of("map", TOP);

        assertThat(run.out()).startsWith("""
                           START   LENGTH  LINK  CONTENT      OFFSET  FILE
                               0     4096     2  data          65536  web01.vmdk
                            4096     4096     0  data          81920  web01-000002-sesparse.vmdk
                            8192     2048     1  data          23040  web01-000001-delta.vmdk
                           10240    55296     2  data          75776  web01.vmdk
                           65536  3080192     2  unallocated
                         3145728     8192     0  zero
                        """);
    }

    @Test
    void opensABrokenChainOnlyOnTheUsersWord() throws Exception {
        Path vm = Sample.copyTo(folder);
        Files.delete(vm.resolve("web01.vmdk"));

        CommandLineRun refused = CommandLineRun.of("map", vm.resolve("web01-000002.vmdk"));
        CommandLineRun agreed = CommandLineRun.of("map", "--force=broken-chain", vm.resolve("web01-000002.vmdk"));

        assertThat(refused.exitCode()).isEqualTo(ExitCodes.INPUT);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.err()).contains("web01-000001.vmdk: it needs a parent with CID 1a2b3c4d");
        assertThat(agreed.exitCode()).isZero();
        assertThat(agreed.out()).doesNotContain("web01.vmdk");
    }
}
