package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.line.ExitCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that make and change whole disks. */
class DiskCommandsTest {
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

    private byte[] content(Path disk) {
        return done("read", disk).outBytes();
    }

    @Test
    void createsADiskAsAsked() throws IOException {
        CommandLineRun run =
                done("create", file("data.vmdk"), "3M", "-O", "thin", "--adapter", "buslogic", "--hw", "14", "--json");

        assertThat(run.out(folder)).isEqualTo("""
                        {
                          "schema": 1,
                          "command": "create",
                          "target": "FOLDER/data.vmdk",
                          "dryRun": false,
                          "changed": true,
                          "path": "FOLDER/data.vmdk",
                          "format": "vmfsThin",
                          "capacity": 3145728,
                          "leftOut": [ ],
                          "plan": {
                            "operation": "create vmfsThin disk FOLDER/data.vmdk",
                            "preparations": [ ],
                            "steps": [
                              {
                                "kind": "make-file",
                                "path": "FOLDER/data.vmdk",
                                "from": [ ],
                                "text": "make FOLDER/data.vmdk"
                              },
                              {
                                "kind": "make-file",
                                "path": "FOLDER/data-flat.vmdk",
                                "from": [ ],
                                "text": "make FOLDER/data-flat.vmdk"
                              }
                            ],
                            "makes": [
                              "FOLDER/data.vmdk",
                              "FOLDER/data-flat.vmdk"
                            ],
                            "changes": [ ],
                            "removes": [ ],
                            "bytes": 0,
                            "seconds": 0,
                            "needs": null,
                            "free": null,
                            "stores": [ ],
                            "notes": [ ]
                          }
                        }
                        """);
        assertThat(names()).containsExactly("data-flat.vmdk", "data.vmdk");
        assertThat(Files.readString(file("data.vmdk")))
                .contains("ddb.adapterType = \"buslogic\"", "ddb.virtualHWVersion = \"14\"", "ddb.thinProvisioned");
    }

    @Test
    void saysWhatItWouldCreate() throws IOException {
        CommandLineRun run =
                done("create", "--dry-run", file("d.vmdk"), "3M", "-O", "twoGbMaxExtentFlat", "--extent-size", "2M");

        assertThat(run.out(folder)).contains("not done", "FOLDER/d.vmdk", "FOLDER/d-f001.vmdk", "FOLDER/d-f002.vmdk");
        assertThat(names()).isEmpty();
    }

    @Test
    void createsADeltaAsLargeAsItsParent() throws IOException {
        done("create", file("base.vmdk"), "3M", "-O", "thin");
        done("create", file("base-000001.vmdk"), "-O", "seSparse", "-b", file("base.vmdk"));

        assertThat(names()).contains("base-000001-sesparse.vmdk");
        assertThat(content(file("base-000001.vmdk"))).hasSize(3 << 20);
        assertThat(CommandLineRun.of("create", file("x.vmdk"), "-O", "thin").exitCode())
                .isEqualTo(ExitCodes.USAGE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "thin; --grain 64k; --grain means nothing to the format vmfsThin: it goes with monolithicSparse and",
                "seSparse; --grain 64k; twoGbMaxExtentSparse",
                "monolithicSparse; --extent-size 1G; it goes with twoGbMaxExtentSparse and twoGbMaxExtentFlat",
                "raw; --adapter ide; a raw image has none",
                "raw; --hw 14; a raw image has none",
                "monolithicSparse; --grain 4k; 8 KiB and more",
                "twoGbMaxExtentFlat; --extent-size 1000; no whole number of sectors",
                "monolithicSparse; --grain 0; no whole number of sectors",
                "thin; --adapter floppy; adapters are ide, buslogic, lsilogic, lsisas1068, pvscsi, sata, nvme, legacyESX"
            })
    void refusesOptionsThatTheFormatHasNoUseFor(String format, String option, String problem) throws IOException {
        String[] words = option.split(" ");

        CommandLineRun run = CommandLineRun.of("create", file("x.vmdk"), "1M", "-O", format, words[0], words[1]);

        assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err()).contains(problem);
        assertThat(names()).isEmpty();
    }

    @Test
    void refusesFactsOfTheBaseForADelta() throws IOException {
        done("create", file("base.vmdk"), "1M", "-O", "thin");

        CommandLineRun run =
                CommandLineRun.of("create", file("x.vmdk"), "-O", "delta", "-b", file("base.vmdk"), "--adapter", "ide");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err()).contains("those of the base");
    }

    @Test
    void roundsASizeUpToASectorAndSaysSo() throws IOException {
        assertThat(done("create", file("x.vmdk"), "513", "-O", "thin").out()).contains("1 KiB (1024 bytes)");
        assertThat(Files.size(file("x-flat.vmdk"))).isEqualTo(1024);

        assertThat(done("resize", file("x.vmdk"), "1025").out()).contains("to 1.5 KiB (1536 bytes)");
        assertThat(Files.size(file("x-flat.vmdk"))).isEqualTo(1536);
    }

    @ParameterizedTest
    @ValueSource(strings = {"thin", "monolithicSparse", "streamOptimized", "raw"})
    void makesNoFolderThatIsNotThere(String format) throws IOException {
        CommandLineRun run = CommandLineRun.of("create", file("nodir").resolve("x.vmdk"), "1M", "-O", format);

        assertThat(run.exitCode()).isEqualTo(ExitCodes.IO);
        assertThat(run.err()).contains(file("nodir") + ": no such file or folder");
        assertThat(names()).isEmpty();
        done("create", file("a.vmdk"), "1M", "-O", "thin");
        Path lost = file("nodir").resolve("x.vmdk");
        assertThat(CommandLineRun.of("convert", file("a.vmdk"), lost, "-O", format)
                        .exitCode())
                .isEqualTo(ExitCodes.IO);
        assertThat(CommandLineRun.of("clone", file("a.vmdk"), lost, "-O", format)
                        .exitCode())
                .isEqualTo(ExitCodes.IO);
        assertThat(names()).containsExactly("a-flat.vmdk", "a.vmdk");
    }

    @Test
    void refusesADeltaThatCutsOffTheEndOfItsParent() throws IOException {
        done("create", file("base.vmdk"), "2M", "-O", "thin");

        CommandLineRun run = CommandLineRun.of("create", file("x.vmdk"), "1M", "-O", "delta", "-b", file("base.vmdk"));
        done("create", file("larger.vmdk"), "3M", "-O", "delta", "-b", file("base.vmdk"));
        done("create", file("smaller.vmdk"), "1M", "-O", "thin");
        CommandLineRun converted = CommandLineRun.of(
                "convert", file("smaller.vmdk"), file("x.vmdk"), "-O", "delta", "-b", file("base.vmdk"));

        assertThat(run.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(run.err()).contains("cut off the end of its parent", "leave the size out");
        assertThat(converted.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(converted.err()).contains("cut off the end of its parent", "choose a parent of the same size");
        assertThat(names()).doesNotContain("x.vmdk");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--dry-run", "--quiet"})
    void refusesToMakeADiskSmallerWithoutBeingTold(String option) {
        done("create", file("x.vmdk"), "2M", "-O", "thin");

        CommandLineRun run = CommandLineRun.of("resize", option, file("x.vmdk"), "1M");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(run.err()).contains("--shrink");
    }

    @Test
    void saysWhatTheDiskIsThatItWroteInto() throws IOException {
        done("create", file("a.vmdk"), "1M", "-O", "thin");
        done("create", file("b.vmdk"), "1M", "-O", "monolithicSparse");
        Path raw = Files.write(file("c.raw"), new byte[1 << 20]);
        byte[] stream =
                done("convert", file("a.vmdk"), "-", "-O", "streamOptimized").outBytes();

        assertThat(done("convert", "-n", "--json", file("b.vmdk"), file("a.vmdk"))
                        .out())
                .contains("\"format\": \"vmfsThin\"");
        assertThat(done("convert", "-n", "--json", file("a.vmdk"), "raw:" + raw).out())
                .contains("\"format\": \"raw\"");
        CommandLineRun piped = CommandLineRun.withInput(stream, "convert", "-n", "--json", "-", file("b.vmdk"));
        assertThat(piped.out()).contains("\"format\": \"monolithicSparse\"");
    }

    @Test
    void helpsWithNamesOfFilesThatAreNotThere() throws IOException {
        done("create", file("web01.vmdk"), "1M", "-O", "thin");
        done("create", file("lost.vmdk"), "1M", "-O", "thin");
        Files.delete(file("lost.vmdk"));

        assertThat(CommandLineRun.of("info", file("wbe01.vmdk")).err()).contains("near it are web01.vmdk");
        assertThat(CommandLineRun.of("map", file("web01.vmkd")).err()).contains("web01.vmdk");
        assertThat(CommandLineRun.of("info", file("lost.vmdk")).err())
                .contains("lost-flat.vmdk", "'vmdisk repair --descriptor " + file("lost.vmdk") + "'");
        assertThat(CommandLineRun.of("info", file("no").resolve("x.vmdk")).err())
                .contains("the folder " + file("no") + " is not there either");
        assertThat(CommandLineRun.of("info", file("something-else.vmdk")).err()).endsWith("no such file or folder\n");
    }

    @Test
    void writesFromAFileAndFromStandardInput() throws IOException {
        Path disk = file("data.vmdk");
        Path part = Files.write(file("part.bin"), new byte[] {1, 2, 3});
        done("create", disk, "1M", "-O", "monolithicSparse");

        done("write", disk, "--offset", "1s", "-i", part);
        CommandLineRun piped = CommandLineRun.withInput(new byte[] {9, 9}, "write", disk, "--offset", "1000");
        CommandLineRun tried = done("write", "--dry-run", disk, "--offset", "0", "-i", part);
        CommandLineRun past = CommandLineRun.of("write", disk, "--offset", (1 << 20) - 1, "-i", part);

        byte[] expected = new byte[1 << 20];
        System.arraycopy(new byte[] {1, 2, 3}, 0, expected, 512, 3);
        System.arraycopy(new byte[] {9, 9}, 0, expected, 1000, 2);
        assertThat(piped.exitCode()).isZero();
        assertThat(tried.out()).contains("not done");
        assertThat(past.exitCode()).isEqualTo(ExitCodes.INPUT);
        assertThat(Arrays.mismatch(content(disk), expected)).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"monolithicSparse", "thin", "twoGbMaxExtentSparse"})
    void resizes(String format) throws IOException {
        Path disk = file("data.vmdk");
        done("create", disk, "1M", "-O", format);

        assertThat(done("resize", "--dry-run", disk, "2M").out()).contains("not done");
        assertThat(content(disk)).hasSize(1 << 20);
        done("resize", disk, "2M");
        assertThat(content(disk)).hasSize(2 << 20);
        assertThat(CommandLineRun.of("resize", disk, "1M").err()).contains("--shrink");
        done("resize", "--shrink", disk, "1M");
        assertThat(content(disk)).hasSize(1 << 20);
    }

    @Test
    void resizesRawImages() throws IOException {
        Path raw = Files.write(file("data.raw"), new byte[4096]);

        done("resize", "raw:" + raw, "8k");
        assertThat(Files.size(raw)).isEqualTo(8192);
        done("resize", "--shrink", "raw:" + raw, "2k");
        assertThat(Files.size(raw)).isEqualTo(2048);
    }

    @Test
    void clonesFullyAndLinked() throws IOException {
        Path top = Sample.TESTDATA.resolve("web01/web01-000002.vmdk");
        done("clone", top, file("full.vmdk"));
        done("clone", "--linked", file("full.vmdk"), file("linked.vmdk"));

        byte[] expected = content(top);
        assertThat(Arrays.mismatch(content(file("full.vmdk")), expected)).isEqualTo(-1);
        assertThat(Arrays.mismatch(content(file("linked.vmdk")), expected)).isEqualTo(-1);
        assertThat(CommandLineRun.of("write", file("full.vmdk"), "--offset", "0", "-i", top)
                        .exitCode())
                .isEqualTo(ExitCodes.REFUSED);
    }

    @Test
    void renamesADiskWithTheMachineThatNamesIt() throws IOException {
        done("create", file("old.vmdk"), "1M", "-O", "thin");
        Files.writeString(file("web.vmx"), ".encoding = \"UTF-8\"\nscsi0:0.fileName = \"old.vmdk\"\nmemSize = \"4\"\n");

        assertThat(done("rename", file("old.vmdk"), "old").out()).contains("nothing to do, that is its name");
        CommandLineRun tried = done("rename", "--dry-run", file("old.vmdk"), "new");
        assertThat(tried.out()).contains("rename old-flat.vmdk to new-flat.vmdk", "web.vmx");
        assertThat(names()).contains("old.vmdk");
        done("rename", file("old.vmdk"), "new");

        assertThat(names()).containsExactly("new-flat.vmdk", "new.vmdk", "web.vmx");
        assertThat(Files.readString(file("web.vmx")))
                .isEqualTo(".encoding = \"UTF-8\"\nscsi0:0.fileName = \"new.vmdk\"\nmemSize = \"4\"\n");
        assertThat(content(file("new.vmdk"))).hasSize(1 << 20);
    }

    @Test
    void removesADiskThatNothingNames() throws IOException {
        done("create", file("data.vmdk"), "1M", "-O", "thin");
        Path vmx = Files.writeString(file("web.vmx"), "scsi0:0.fileName = \"data.vmdk\"\n");

        CommandLineRun refused = CommandLineRun.of("remove", file("data.vmdk"));
        assertThat(refused.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(refused.err()).contains("scsi0:0.fileName");
        Files.delete(vmx);
        done("remove", "--dry-run", file("data.vmdk"));
        assertThat(names()).hasSize(2);
        CommandLineRun run = done("remove", "--json", file("data.vmdk"));

        assertThat(run.out()).contains("\"changed\": true", "remove data-flat.vmdk");
        assertThat(names()).isEmpty();
    }

    @Test
    void refusesToRemoveWhatOthersDependOn() throws IOException {
        done("create", file("base.vmdk"), "1M", "-O", "thin");
        done("create", file("child.vmdk"), "-O", "delta", "-b", file("base.vmdk"));

        CommandLineRun run = CommandLineRun.of("remove", file("base.vmdk"));

        assertThat(run.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(run.err()).contains("child.vmdk");
        assertThat(names()).hasSize(4);
    }

    @Test
    void rebasesOntoAnotherParentAndOntoNone() throws IOException {
        Path part = Files.write(file("part.bin"), new byte[] {1, 2, 3});
        for (String name : List.of("a.vmdk", "b.vmdk")) {
            done("create", file(name), "1M", "-O", "monolithicSparse");
            done("write", file(name), "--offset", name.startsWith("a") ? "0" : "300k", "-i", part);
        }
        Path child = file("child.vmdk");
        done("clone", "--linked", file("a.vmdk"), child);
        byte[] before = content(child);

        done("rebase", "--dry-run", child, "--onto", file("b.vmdk"));
        done("rebase", child, "--onto", file("b.vmdk"));
        assertThat(Arrays.mismatch(content(child), before)).isEqualTo(-1);
        done("remove", file("a.vmdk"));
        done("rebase", child, "--onto", "none");
        done("remove", file("b.vmdk"));

        assertThat(Arrays.mismatch(content(child), before)).isEqualTo(-1);
    }

    @Test
    void convertsToWhatAHostCanStart() throws IOException {
        Path top = Sample.TESTDATA.resolve("web01/web01-000002.vmdk");
        done("clone", top, file("hosted.vmdk"), "-O", "monolithicSparse");

        CommandLineRun run = CommandLineRun.of("convert", "--for", "esxi", file("hosted.vmdk"), file("esx.vmdk"));

        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).contains("hosted.vmdk", "monolithicSparse");
        assertThat(Files.readString(file("esx.vmdk"))).contains("createType=\"vmfs\"", "thinProvisioned");
    }

    @Test
    void refusesADeltaForAHostOnADiskThatNoHostStarts() throws IOException {
        Path top = Sample.TESTDATA.resolve("web01/web01-000002.vmdk");
        done("clone", top, file("hosted.vmdk"), "-O", "monolithicSparse");

        CommandLineRun run = CommandLineRun.of(
                "convert",
                "--for",
                "esxi",
                top,
                file("esx.vmdk"),
                "-b",
                file("hosted.vmdk").toString());

        assertThat(run.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(run.err()).contains("hosted.vmdk", "could not start", "convert the parent");
        assertThat(file("esx.vmdk")).doesNotExist();
    }

    @Test
    void createsAnEmptyCompressedDisk() throws IOException {
        done("create", file("empty.vmdk"), "3M", "-O", "streamOptimized");

        assertThat(content(file("empty.vmdk"))).isEqualTo(new byte[3 << 20]);
        done("check", "--data", file("empty.vmdk"));
    }

    @Test
    void refusesADiskThatNoHostTakes() {
        CommandLineRun run = CommandLineRun.of("create", file("huge.vmdk"), "63T", "-O", "vmfsThin");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.INPUT);
        assertThat(run.err()).contains("62 TiB").doesNotContain("vmdisk-new");
    }

    @Test
    void streamsACompressedDiskToStandardOutput() throws IOException {
        Path top = Sample.TESTDATA.resolve("web01/web01-000002.vmdk");

        CommandLineRun run = done("convert", top, "-", "-O", "streamOptimized", "--level", "1");
        Path made = Files.write(file("stream.vmdk"), run.outBytes());

        assertThat(Arrays.mismatch(content(made), content(top))).isEqualTo(-1);
        assertThat(CommandLineRun.of("convert", top, file("x.raw"), "-O", "raw", "--level", "1")
                        .exitCode())
                .isEqualTo(ExitCodes.USAGE);
    }

    /** No other advice would be good: what is not there is where the operation has it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "write DISK --offset 0 -i IMAGE",
                "convert raw:IMAGE DISK -n",
                "convert raw:IMAGE raw:DISK -n",
                "resize DISK 2M",
                "rename DISK NEW",
                "remove DISK --yes",
                "rebase DISK --onto none",
                "unmap DISK --zero",
                "clone DISK NEW",
                "repair --tables DISK",
                "repair --leaks DISK",
                "repair --cid DISK",
                "repair --descriptor DISK",
                "repair --undo DISK",
                "consolidate DISK",
                "consolidate --one DISK",
                "consolidate --up DISK"
            })
    void aDiskThatIsGoneAmidAnOperationIsNamedForTheOperation(String line) throws IOException {
        Path folder = Files.createDirectory(this.folder.resolve("amid"));
        Path image = Files.write(folder.resolve("image"), new byte[1 << 20]);
        Files.writeString(folder.resolve(".vmdisk-journal"), "{}");

        CommandLineRun run = CommandLineRun.of(
                (Object[]) line.replace("DISK", folder.resolve("gone.vmdk").toString())
                        .replace("IMAGE", image.toString())
                        .replace("NEW", folder.resolve("new.vmdk").toString())
                        .split(" "));

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.REFUSED);
        assertThat(run.err()).contains("an operation in this folder was interrupted");
    }
}
