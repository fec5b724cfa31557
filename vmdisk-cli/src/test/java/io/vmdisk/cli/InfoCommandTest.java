package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InfoCommandTest {
    @TempDir
    Path folder;

    private Path vm;

    @BeforeEach
    void copySample() throws IOException {
        vm = Sample.copyTo(folder);
    }

    /** File systems differ in what a file takes. */
    private String withoutAllocation(CommandLineRun run) {
        return run.out(folder)
                .replaceAll("(?m)^on disk: .*$", "on disk:          SIZE")
                .replaceAll("16 MiB +\\d[0-9.]* [KM]iB +", "16 MiB  SIZE  ")
                .replace("CAPACITY   ON DISK", "CAPACITY  ON DISK")
                .replaceAll("\"allocated\": \\d+", "\"allocated\": SIZE");
    }

    @Test
    void tellsPeopleWhatADiskIsMadeOf() {
        CommandLineRun run = CommandLineRun.of("info", vm.resolve("web01-000002.vmdk"));

        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(withoutAllocation(run).replaceAll("CAPACITY +ON DISK", "CAPACITY  ON DISK"))
                .isEqualTo("""
                        disk:             FOLDER/web01/web01-000002.vmdk
                        format:           seSparse
                        capacity:         16 MiB (16777216 bytes)
                        on disk:          SIZE
                        CID:              3c4d5e6f
                        parent:           web01-000001.vmdk (CID 2b3c4d5e)
                        adapter:          lsilogic
                        hardware version: 14
                        geometry:         16 cylinders, 64 heads, 32 sectors
                        grain:            4 KiB
                        health:           readable, all links fit

                        LINK  FILE               FORMAT            CAPACITY  ON DISK  CID       PARENT CID
                           0  web01-000002.vmdk  seSparse            16 MiB  SIZE  3c4d5e6f  2b3c4d5e
                           1  web01-000001.vmdk  vmfsSparse          16 MiB  SIZE  2b3c4d5e  1a2b3c4d
                           2  web01.vmdk         monolithicSparse    16 MiB  SIZE  1a2b3c4d  none

                        EXTENT                      TYPE      ACCESS  LENGTH  OFFSET IN FILE
                        web01-000002-sesparse.vmdk  SESPARSE  RW      16 MiB               0
                        """);
    }

    @Test
    void givesScriptsTheKeysOfTheContract() {
        CommandLineRun run = CommandLineRun.of("info", "--json", vm.resolve("web01.vmdk"));

        String link = """
                "path": "FOLDER/web01/web01.vmdk",
                "format": "monolithicSparse",
                "createType": "monolithicSparse",
                "capacity": 16777216,
                "allocated": SIZE,
                "fileSize": 327680,
                "cid": "1a2b3c4d",
                "parentCid": null,
                "parentHint": null,
                "adapterType": "lsilogic",
                "hardwareVersion": 14,
                "grainSize": 65536,
                "thin": false,
                "geometry": {
                  "cylinders": 16,
                  "heads": 64,
                  "sectors": 32
                },
                "extents": [
                  {
                    "path": "FOLDER/web01/web01.vmdk",
                    "type": "SPARSE",
                    "access": "RW",
                    "offset": 0,
                    "length": 16777216
                  }
                ],
                "ddb": {
                  "adapterType": "lsilogic",
                  "geometry.cylinders": "16",
                  "geometry.heads": "64",
                  "geometry.sectors": "32",
                  "longContentID": "5d0c8f1e2a4b6c7d8e9fa0b11a2b3c4d",
                  "toolsVersion": "2147483647",
                  "uuid": "60 00 C2 9a 3d 51 7e 02-8f 4c 11 d6 5b 20 a7 e9",
                  "virtualHWVersion": "14"
                }""";
        assertThat(withoutAllocation(run))
                .isEqualTo("{\n  \"schema\": 1,\n  \"command\": \"info\",\n"
                        + "  \"target\": \"FOLDER/web01/web01.vmdk\",\n"
                        + "  \"dryRun\": false,\n  \"changed\": false,\n  \"kind\": \"disk\",\n"
                        + link.indent(2).stripTrailing() + ",\n  \"health\": \"readable\",\n"
                        + "  \"healthy\": true,\n  \"chain\": [\n    {\n"
                        + link.indent(6).stripTrailing() + "\n    }\n  ]\n}\n");
    }

    @Test
    void tellsWhatFilesShareOnlyWhenAskedAndOfDisksOnly() {
        Path disk = vm.resolve("web01-000002.vmdk");

        CommandLineRun run = CommandLineRun.of("info", "--shared", disk);

        assertThat(run.out()).containsPattern("(?m)^shared: +(\\d.* of that|unknown: the file system does not tell)");
        assertThat(CommandLineRun.of("info", "--shared", "--json", disk).out())
                .containsPattern("\"shared\": (null|\\d+)");
        assertThat(CommandLineRun.of("info", disk).out()).doesNotContain("shared");
        assertThat(CommandLineRun.of("info", "--json", disk).out()).doesNotContain("shared");
        CommandLineRun refused = CommandLineRun.of("info", "--shared", vm);
        assertThat(refused.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(refused.err()).contains("--shared is about one disk");
    }

    @Test
    void showsWhatIsThereOfABrokenChain() throws IOException {
        Files.delete(vm.resolve("web01.vmdk"));

        CommandLineRun run = CommandLineRun.of("info", vm.resolve("web01-000002.vmdk"));

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("health:           broken chain: web01-000001.vmdk: it needs a parent with CID 1a2b3c4d")
                .contains("   0  web01-000002.vmdk", "   1  web01-000001.vmdk");
    }

    @Test
    void showsTheDescriptorWhereAnExtentIsMissing() throws IOException {
        Files.delete(vm.resolve("web01-000002-sesparse.vmdk"));

        CommandLineRun run = CommandLineRun.of("info", vm.resolve("web01-000002.vmdk"));

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("on disk:          unknown")
                .contains("health:           unreadable: ")
                .contains("web01-000002-sesparse.vmdk");
    }

    @Test
    void anErrorOfSeveralLinesIsPrintedAsLines() throws IOException {
        Files.delete(vm.resolve("web01-000002-sesparse.vmdk"));

        CommandLineRun run = CommandLineRun.of("info", vm.resolve("web01-000002.vmdk"));

        assertThat(run.out())
                .doesNotContain("\\x0a", "\n:")
                .containsPattern("web01-000002-sesparse.vmdk is not there\n  web01-000002.vmdk  CID 3c4d5e6f ")
                .contains("\nbring the file back");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"monolithicSparse", "twoGbMaxExtentSparse", "vmfsSparse", "seSparse", "monolithicFlat", "thin"})
    void tellsThatTheFileOfADiskWasCutWithoutReadingAllOfIt(String format) throws IOException {
        Path raw = Files.write(folder.resolve("d.raw"), Patterns.random(16, 4 << 20));
        Path place = Files.createDirectory(folder.resolve(format));
        Path disk = place.resolve("d.vmdk");
        assertThat(CommandLineRun.of("convert", "raw:" + raw, disk, "-O", format)
                        .exitCode())
                .isZero();
        assertThat(CommandLineRun.of("info", disk).out()).contains("health:           readable");
        Path data = largest(place);
        try (RandomAccessFile file = new RandomAccessFile(data.toFile(), "rw")) {
            file.setLength(file.length() - (1 << 20));
        }

        CommandLineRun text = CommandLineRun.of("info", disk);
        CommandLineRun json = CommandLineRun.of("info", "--json", disk);

        assertThat(text.out())
                .contains("health:           cut or damaged: some of the disk is not in " + data.getFileName());
        assertThat(json.out()).contains("\"healthy\": false");
        assertThat(text.exitCode()).isZero();
    }

    @Test
    void tellsThatTablesLieBehindTheEndOfAFile() throws IOException {
        Path disk = folder.resolve("d.vmdk");
        assertThat(CommandLineRun.of("create", disk, "100G", "-O", "monolithicSparse")
                        .exitCode())
                .isZero();
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.setLength(file.length() / 4 * 3);
        }

        assertThat(CommandLineRun.of("info", disk).out()).contains("cut or damaged");
    }

    @ParameterizedTest
    @ValueSource(ints = {4096, 65536, 1 << 20})
    void tellsWhatTheFirstSectorsOfAStreamSay(int bytes) throws IOException {
        Path raw = Files.write(folder.resolve("d.raw"), Patterns.random(16, 4 << 20));
        Path stream = folder.resolve("s.vmdk");
        assertThat(CommandLineRun.of("convert", "raw:" + raw, stream, "-O", "streamOptimized", "--adapter", "buslogic")
                        .exitCode())
                .isZero();
        try (RandomAccessFile file = new RandomAccessFile(stream.toFile(), "rw")) {
            file.setLength(bytes);
        }

        CommandLineRun run = CommandLineRun.of("info", stream);

        assertThat(run.out())
                .contains("format:           streamOptimized")
                .contains("capacity:         4 MiB (4194304 bytes)")
                .contains("adapter:          buslogic")
                .contains("health:           unreadable: ")
                .contains("it was cut");
        assertThat(CommandLineRun.of("info", "--json", stream).out()).contains("\"healthy\": false");
        assertThat(run.exitCode()).isZero();
    }

    private static Path largest(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.max(Comparator.comparingLong(file -> file.toFile().length()))
                    .orElseThrow();
        }
    }

    @Test
    void describesARawImage() throws IOException {
        Path image = Files.write(folder.resolve("a.img"), new byte[1 << 20]);

        CommandLineRun run = CommandLineRun.of("info", "--json", "raw:" + image);

        assertThat(run.out()).contains("\"format\": \"raw\"", "\"capacity\": 1048576", "\"grainSize\": null");
    }

    @Test
    void refusesWhatIsNoDiskAndSaysWhatToDo() {
        CommandLineRun run = CommandLineRun.of("info", vm.resolve("web01.vmsd"));

        assertThat(run.exitCode()).isEqualTo(ExitCodes.INPUT);
        assertThat(run.out()).isEmpty();
        assertThat(run.err(folder))
                .startsWith(
                        "vmdisk: FOLDER/web01/web01.vmsd: this is a snapshot list, not a disk: 'vmdisk snapshot list'");
    }

    @Test
    void namesAFileThatIsNotThere() {
        CommandLineRun run = CommandLineRun.of("info", "--json", folder.resolve("nope.vmdk"));

        assertThat(run.exitCode()).isEqualTo(ExitCodes.IO);
        assertThat(run.err(folder))
                .isEqualTo("{\"error\":{\"code\":\"io.no-such-file\",\"message\":\"no such file or folder\","
                        + "\"path\":\"FOLDER/nope.vmdk\",\"offset\":null,\"remedy\":null}}\n");
    }
}
