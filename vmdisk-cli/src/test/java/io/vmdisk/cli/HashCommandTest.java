package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.line.ExitCodes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HashCommandTest {
    private static final Path TOP = Sample.TESTDATA.resolve("web01/web01-000002.vmdk");
    private static final Path BASE = Sample.TESTDATA.resolve("web01/web01.vmdk");
    private static final Pattern ROOT = Pattern.compile("\"vmdisk-tree-1\": \"([0-9a-f]{64})\"");

    @TempDir
    Path folder;

    private static String root(Object... arguments) {
        CommandLineRun run = CommandLineRun.of(arguments);
        assertThat(run.exitCode()).as(run.err()).isZero();
        Matcher root = ROOT.matcher(run.out());
        assertThat(root.find()).as(run.out()).isTrue();
        return root.group(1);
    }

    @Test
    void saysWhatSha256sumSaysOfTheRawImage() throws IOException {
        CommandLineRun run = CommandLineRun.of("hash", TOP);

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("sha256").contains(Sample.digest());
    }

    @Test
    void answersProgramsInOneObject() throws IOException {
        CommandLineRun run = CommandLineRun.of("hash", "--json", TOP, "--algorithm", "sha256,MD5", "--range", "0:");

        assertThat(run.out())
                .contains(
                        "\"command\": \"hash\"",
                        "\"capacity\": 16777216",
                        "\"start\": 0",
                        "\"end\": 16777216",
                        "\"sha256\": \"" + Sample.digest() + "\"",
                        "\"md5\": \"")
                .doesNotContain("vmdisk-tree-1", "fits");
    }

    @Test
    void theTreeIsTheSameOfACopyInAnotherFormatAndOfShards() throws IOException {
        Path raw = folder.resolve("copy.raw");
        assertThat(CommandLineRun.of("convert", TOP, raw, "-O", "raw").exitCode())
                .isZero();
        String root = root("hash", "--json", "--tree", TOP);

        List<Object> join = new ArrayList<>(List.of("hash", "--json", "--join"));
        for (int number = 3; number > 0; number--) {
            Path part = folder.resolve("part" + number);
            CommandLineRun run = CommandLineRun.of("hash", "--tree", TOP, "--shard", number + "/3", "-o", part);
            assertThat(run.exitCode()).as(run.err()).isZero();
            join.add(part);
        }

        assertThat(root("hash", "--json", "--tree", "raw:" + raw, "--threads", "1"))
                .isEqualTo(root);
        assertThat(root("hash", "--json", "--tree", TOP, "-o", folder.resolve("all")))
                .isEqualTo(root);
        assertThat(root(join.toArray())).isEqualTo(root);
        assertThat(root("hash", "--json", "--tree", BASE)).isNotEqualTo(root);
    }

    @Test
    void aManifestTellsADiskFromAnother() throws IOException {
        Path manifest = folder.resolve("m");
        assertThat(CommandLineRun.of("hash", TOP, "--manifest", manifest).exitCode())
                .isZero();

        CommandLineRun same = CommandLineRun.of("hash", TOP, "--verify", manifest);
        CommandLineRun other = CommandLineRun.of("hash", "--json", BASE, "--verify", manifest);

        assertThat(manifest).content().contains("capacity 16777216\nsha256 " + Sample.digest(), "vmdisk-tree-1 ");
        assertThat(same.exitCode()).isZero();
        assertThat(other.exitCode()).isEqualTo(ExitCodes.NO);
        assertThat(other.out()).contains("\"fits\": false");
        assertThat(CommandLineRun.of("hash", TOP, "--manifest", manifest).exitCode())
                .isEqualTo(ExitCodes.REFUSED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--shard 0/3",
                "--shard 4/3",
                "--shard 1",
                "--range 5",
                "--range 2M:1M",
                "--range 0:17M",
                "--range 0:1M --shard 1/2",
                "--algorithm crc32",
                "-o out",
                "--tree --shard 1/2",
                "--tree --range 1k: -o out",
                "--manifest m --range 0:1M",
                "--verify m --tree",
                "--join --tree",
                "second.vmdk",
            })
    void refusesWhatMakesNoSense(String options) {
        List<Object> words = new ArrayList<>(List.of("hash", TOP));
        for (String word : options.split(" ")) {
            words.add(word.equals("out") || word.equals("m") ? folder.resolve(word) : word);
        }

        assertThat(CommandLineRun.of(words.toArray()).exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void splitsCoverTheDisk() {
        CommandLineRun text = CommandLineRun.of("splits", TOP, "--target", "64k");
        CommandLineRun json = CommandLineRun.of("splits", TOP, "--target", "1G", "--json");

        assertThat(text.out()).contains("STORED", "16777216");
        assertThat(json.out()).contains("\"command\": \"splits\"", "\"start\": 0", "\"end\": 16777216");
        assertThat(CommandLineRun.of("splits", TOP).exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(CommandLineRun.of("splits", TOP, "--target", "0").exitCode()).isEqualTo(ExitCodes.USAGE);
    }
}
