package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.testkit.OwnStaging;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code --dry-run} of what makes disks: it says what it takes, and refuses what the work would refuse. */
class NewDiskRehearsalTest {
    @TempDir
    Path folder;

    private Path file(String name) {
        return folder.resolve(name);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private static CommandLineRun done(Object... arguments) {
        CommandLineRun run = CommandLineRun.of(arguments);
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        return run;
    }

    private Object[] words(String line) {
        return Arrays.stream(line.split(" "))
                .map(word -> word.startsWith("@") ? file(word.substring(1)).toString() : word)
                .toArray();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create @taken.vmdk 1M -O thin",
                "create @x.vmdk 1M -O thin",
                "create @huge.vmdk 63T -O thin",
                "create @huge.vmdk 8191P -O vmfs",
                "create @big.vmdk 63T -O monolithicSparse",
                "create @grain.vmdk 1M -O monolithicSparse --grain 3k",
                "create @parts.vmdk 1T -O 2gbsparse --extent-size 64k",
                "create @cowd.vmdk 2T -O vmfsSparse",
                "create @se.vmdk 64T -O seSparse",
                "create @stream.vmdk 1M -O stream --grain 4k",
                "create @orphan.vmdk -O seSparse -b @missing.vmdk",
                "create @thick.vmdk 60T -O zeroedthick",
                "convert @taken.vmdk @taken.vmdk -O raw",
                "convert @taken.vmdk @x.vmdk -O vmfs",
                "convert @taken.vmdk @delta.vmdk -O seSparse -b @missing.vmdk",
                "convert @taken.vmdk @flat.vmdk -O monolithicFlat -b @taken.vmdk",
                "convert -n @taken.vmdk @small.vmdk",
                "convert -n @taken.vmdk @parent.vmdk",
                "clone @taken.vmdk @x.vmdk -O thin",
                "clone @taken.vmdk @taken.vmdk",
                "clone --linked @taken.vmdk @x.vmdk -O vmfsThin",
            })
    void refusesWhatTheWorkWouldRefuse(String line) throws IOException {
        done("create", file("taken.vmdk"), "2M", "-O", "monolithicSparse");
        done("create", file("small.vmdk"), "1M", "-O", "monolithicSparse");
        done("create", file("parent.vmdk"), "2M", "-O", "monolithicSparse");
        done("create", file("child.vmdk"), "-O", "monolithicSparse", "-b", file("parent.vmdk"));
        Files.write(file("x-flat.vmdk"), new byte[7]);
        List<String> before = names();

        CommandLineRun real = CommandLineRun.of(words(line));
        assertThat(real.exitCode()).as(line).isNotZero();
        List<Object> rehearsal = new ArrayList<>(List.of(words(line)));
        rehearsal.add("--dry-run");
        CommandLineRun tried = CommandLineRun.of(rehearsal.toArray());

        // Free space may differ by what others do meanwhile.
        assertThat(tried.err().replaceAll(" has [0-9]+ left", ""))
                .isEqualTo(real.err().replaceAll(" has [0-9]+ left", ""));
        assertThat(tried.exitCode()).isEqualTo(real.exitCode());
        assertThat(tried.err()).doesNotContain("vmdisk-new");
        assertThat(names()).isEqualTo(before);
    }

    @Test
    void tellsTheRoomThatANewDiskTakes() throws IOException {
        CommandLineRun run = done("create", "--dry-run", file("d.vmdk"), "3M", "-O", "zeroedthick");
        assertThat(run.out(folder))
                .startsWith(
                        "create vmfs disk FOLDER/d.vmdk, not done:\n  make FOLDER/d.vmdk\n  make FOLDER/d-flat.vmdk\n")
                .contains("room", "up to 3 MiB (", " in FOLDER, ", " are free")
                .doesNotContain("copies");

        String json = done("create", "--dry-run", "--json", file("d.vmdk"), "3M", "-O", "zeroedthick")
                .out(folder);
        long needed = Long.parseLong(json.replaceAll("(?s).*\"needs\": ([0-9]+).*", "$1"));
        assertThat(needed).isBetween(3L << 20, (3L << 20) + 2000);
        assertThat(json).contains("\"folder\": \"FOLDER\"", "\"bytes\": 0");
        assertThat(names()).isEmpty();
    }

    @Test
    void tellsWhatAConvertReadsAndTakes() throws IOException {
        Path top = Sample.TESTDATA.resolve("web01/web01-000002.vmdk");

        String json = done("convert", "--dry-run", "--json", top, file("d.raw"), "-O", "raw")
                .out(folder);
        long bytes = Long.parseLong(json.replaceAll("(?s).*\"bytes\": ([0-9]+).*", "$1"));
        long needed = Long.parseLong(json.replaceAll("(?s).*\"needs\": ([0-9]+).*", "$1"));
        assertThat(bytes).isPositive();
        assertThat(needed).isGreaterThanOrEqualTo(bytes);
        assertThat(done("convert", "--dry-run", top, file("d.raw"), "-O", "raw").out(folder))
                .contains("  make FOLDER/d.raw\n", "copies", "room");
        assertThat(done("convert", "--dry-run", top, file("d.vmdk"), "-O", "stream")
                        .out(folder))
                .contains("note: how much room the compressed disk takes is known only when it is written");
        assertThat(done("clone", "--dry-run", "--json", top, file("d.vmdk")).out(folder))
                .contains("\"bytes\": " + bytes);
        assertThat(done("clone", "--dry-run", "--linked", top, file("d.vmdk")).out(folder))
                .contains("room")
                .doesNotContain("copies");
        assertThat(names()).isEmpty();
    }

    @Test
    void changesNothingOfAnExistingDisk() throws IOException {
        Path top = Sample.TESTDATA.resolve("web01/web01-000002.vmdk");
        done("convert", top, file("old.vmdk"), "-O", "monolithicSparse");
        byte[] before = Files.readAllBytes(file("old.vmdk"));

        CommandLineRun run = done("convert", "--dry-run", "-n", top, file("old.vmdk"));
        assertThat(run.out(folder)).contains("not done", "change FOLDER/old.vmdk", "copies");
        assertThat(Arrays.equals(Files.readAllBytes(file("old.vmdk")), before)).isTrue();
        assertThat(names()).containsExactly("old.vmdk");
    }

    @Test
    void recoversADiskWhoseMakingWasCutOff() throws IOException {
        Path left = OwnStaging.make(file("half.vmdk.vmdisk-new"), "half.vmdk", "half-flat.vmdk");
        Files.write(left.resolve("half-flat.vmdk"), new byte[100]);

        assertThat(done("recover", "--dry-run", folder).out())
                .isEqualTo(
                        "make half.vmdk: interrupted\n  1. finish or undo the making of " + file("half.vmdk") + "\n");
        assertThat(names()).containsExactly("half.vmdk.vmdisk-new");
        assertThat(done("recover", folder).out()).isEqualTo("make half.vmdk: undone: everything is as it was before\n");
        assertThat(names()).isEmpty();

        done("create", file("whole.vmdk"), "1M", "-O", "thin");
        left = OwnStaging.make(file("whole.vmdk.vmdisk-new"), "whole.vmdk", "whole-flat.vmdk");
        Files.move(file("whole.vmdk"), left.resolve("whole.vmdk"));
        Files.createFile(left.resolve(".vmdisk-complete"));
        CommandLineRun again = CommandLineRun.of("create", file("whole.vmdk"), "1M", "-O", "thin");
        assertThat(again.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(again.err()).contains("whole.vmdk", "'vmdisk recover'");
        assertThat(done("recover", folder).out()).isEqualTo("make whole.vmdk: finished\n");
        assertThat(names()).containsExactly("whole-flat.vmdk", "whole.vmdk");
        done("check", file("whole.vmdk"));

        // The crash came when all was done but the clearing up.
        left = Files.createDirectory(file("whole.vmdk.vmdisk-new"));
        Files.createFile(left.resolve(".vmdisk-complete"));
        assertThat(done("recover", folder).out()).isEqualTo("make whole.vmdk: finished\n");
        assertThat(names()).containsExactly("whole-flat.vmdk", "whole.vmdk");
    }

    @Test
    void repairsNoDescriptorThatRecoveryStillHas() throws IOException {
        done("create", file("whole.vmdk"), "1M", "-O", "thin");
        Path left = OwnStaging.make(file("whole.vmdk.vmdisk-new"), "whole.vmdk", "whole-flat.vmdk");
        Path waiting = left.resolve("whole.vmdk");
        Files.move(file("whole.vmdk"), waiting);
        Files.createFile(left.resolve(".vmdisk-complete"));

        CommandLineRun run = CommandLineRun.of("repair", "--descriptor", file("whole.vmdk"));

        assertThat(run.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(run.err()).contains("'vmdisk recover'");
        assertThat(waiting).exists();
        assertThat(done("recover", folder).out()).isEqualTo("make whole.vmdk: finished\n");
        done("check", file("whole.vmdk"));
    }
}
