package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hashing;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the new disk of {@code convert}, {@code clone} and {@code consolidate --into} says of itself. */
class CopyFactsTest {
    private static final List<String> KEPT = List.of(
            "ddb.adapterType = \"buslogic\"",
            "ddb.geometry.cylinders = \"301\"",
            "ddb.geometry.heads = \"4\"",
            "ddb.geometry.sectors = \"17\"",
            "ddb.geometry.biosHeads = \"64\"",
            "ddb.toolsVersion = \"11333\"",
            "ddb.comment = \"the gold one\"",
            "ddb.virtualHWVersion = \"7\"");

    @TempDir
    Path folder;

    private Path old;
    private String uuid;

    private Path file(String name) {
        return folder.resolve(name);
    }

    private static CommandLineRun done(Object... words) {
        CommandLineRun run = CommandLineRun.of(words);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run;
    }

    @BeforeEach
    void makeADiskWithMuchToSay() throws IOException {
        old = file("old.vmdk");
        done("create", old, "10M", "-O", "vmfs", "--adapter", "buslogic", "--hw", "7");
        String text = Files.readString(old)
                .replaceFirst("cylinders = \"\\d+\"", "cylinders = \"301\"")
                .replaceFirst("heads = \"\\d+\"", "heads = \"4\"")
                .replaceFirst("sectors = \"\\d+\"", "sectors = \"17\"");
        text +=
                "ddb.geometry.biosCylinders = \"5\"\nddb.geometry.biosHeads = \"64\"\nddb.geometry.biosSectors = \"63\"\n"
                        + "ddb.toolsVersion = \"11333\"\nddb.comment = \"the gold one\"\nddb.deletable = \"true\"\n";
        Files.writeString(old, text);
        uuid = text.lines()
                .filter(line -> line.startsWith("ddb.uuid"))
                .findFirst()
                .orElseThrow();
    }

    private String text(String name) throws IOException {
        byte[] bytes = Files.readAllBytes(file(name));
        return new String(bytes, 0, Math.min(bytes.length, 12000), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"monolithicSparse", "monolithicFlat", "streamOptimized", "thin", "seSparse", "2gbsparse"})
    void aConvertedDiskIsTheSameDisk(String format) throws IOException {
        CommandLineRun run = done("convert", old, file("new.vmdk"), "-O", format);

        assertThat(text("new.vmdk")).contains(KEPT).contains(uuid).doesNotContain("deletable");
        assertThat(run.out()).contains("not in the copy: ddb.deletable");
    }

    @Test
    void aCloneIsAnotherDiskOfTheSameKind() throws IOException {
        done("clone", old, file("new.vmdk"));

        assertThat(text("new.vmdk")).contains(KEPT).doesNotContain(uuid).contains("ddb.uuid = ");
    }

    @Test
    void aConsolidatedCopyTakesThePlaceOfItsChain() throws IOException {
        done("create", file("top.vmdk"), "-O", "delta", "-b", old);

        done("consolidate", file("top.vmdk"), "--into", file("new.vmdk"));

        assertThat(text("new.vmdk")).contains(KEPT).contains(uuid);
    }

    @Test
    void saysOtherwiseWhereAsked() throws IOException {
        String given = "60 00 C2 91 0a 1b 2c 3d-4e 5f 60 71 82 93 a4 b5";
        done("convert", old, file("a.vmdk"), "-O", "thin", "--hw", "13", "--tools-version", "10249", "--uuid", given);
        done("convert", old, file("b.vmdk"), "-O", "thin", "--uuid", "fresh", "--adapter", "ide");
        done("clone", old, file("c.vmdk"), "--uuid", "keep", "--hw", "21");

        assertThat(text("a.vmdk"))
                .contains("virtualHWVersion = \"13\"", "toolsVersion = \"10249\"", "ddb.uuid = \"" + given + "\"");
        assertThat(text("b.vmdk"))
                .doesNotContain(uuid)
                .contains("adapterType = \"ide\"", "geometry.heads = \"16\"", "geometry.biosHeads = \"64\"");
        assertThat(text("c.vmdk")).contains(uuid).contains("virtualHWVersion = \"21\"", "geometry.heads = \"4\"");
    }

    @ParameterizedTest
    @CsvSource({
        "--hw, 99, there are 3",
        "--hw, 5, there are 3",
        "--adapter, floppy, adapters are",
        "--tools-version, many, from 0",
        "--tools-version, 2147483648, from 0",
        "--uuid, 60 00, 16 bytes"
    })
    void refusesWhatThereIsNotByEveryCommandThatTakesIt(String option, String value, String problem) {
        for (Object[] words : new Object[][] {
            {"create", file("x.vmdk"), "1M", "-O", "thin", option, value},
            {"convert", old, file("x.vmdk"), "-O", "thin", option, value},
            {"clone", old, file("x.vmdk"), option, value},
            {"consolidate", old, "--into", file("x.vmdk"), option, value},
        }) {
            CommandLineRun run = CommandLineRun.of(words);
            assertThat(run.exitCode()).as(words[0] + " " + run.err()).isEqualTo(ExitCodes.USAGE);
            assertThat(run.err()).contains(problem);
        }
        assertThat(file("x.vmdk")).doesNotExist();
    }

    @Test
    void refusesThemWhereTheyWouldBePassedOver() {
        for (Object[] words : new Object[][] {
            {"convert", old, file("x.raw"), "-O", "raw", "--hw", "13"},
            {"convert", old, file("x.qcow2"), "-O", "qcow2", "--hw", "13"},
            {"convert", "-n", old, old, "--uuid", "fresh"},
            {"convert", old, file("x.vmdk"), "-O", "delta", "-b", old, "--adapter", "ide"},
            {"clone", "--linked", old, file("x.vmdk"), "--hw", "13"},
            {"create", file("x.vmdk"), "1M", "-O", "thin", "--uuid", "keep"},
        }) {
            assertThat(CommandLineRun.of(words).exitCode()).isEqualTo(ExitCodes.USAGE);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"monolithicSparse", "vmfsSparse", "seSparse", "streamOptimized", "thin", "qcow2", "vhdx", "vhd"})
    void makesTheSameBytesWhateverTheThreadsIfAskedTo(String format) throws IOException {
        Path raw = Files.write(file("source.raw"), Patterns.mixed(7, 9 << 20));
        Set<String> digests = new HashSet<>();
        for (String threads : List.of("1", "2", "4")) {
            Path into = Files.createDirectory(file("t" + threads));
            Path made = into.resolve("made.vmdk");
            done("convert", "raw:" + raw, made, "-O", format, "--reproducible", "--threads", threads);
            digests.add(Hashing.sha256().hashBytes(Files.readAllBytes(made)).toString());
        }

        assertThat(digests).hasSize(1);
    }

    @Test
    void makesTheSameEmptyDisk() throws IOException {
        for (String name : List.of("one", "two")) {
            Path made = Files.createDirectory(file(name)).resolve("made.vmdk");
            done("create", made, "64M", "-O", "monolithicSparse", "--reproducible");
        }

        assertThat(Files.mismatch(file("one/made.vmdk"), file("two/made.vmdk"))).isEqualTo(-1);
    }
}
