package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Progress;
import io.vmdisk.cli.line.CancelSwitch;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotCommandsTest {
    private static final int CAPACITY = 1 << 20;

    @TempDir
    Path folder;

    @BeforeEach
    void makeMachine() throws IOException {
        Files.writeString(folder.resolve("web01.vmx"), """
                .encoding = "UTF-8"
                virtualHW.version = "17"
                displayName = "web01"
                scsi0.present = "TRUE"
                scsi0:0.present = "TRUE"
                scsi0:0.fileName = "web01.vmdk"
                """);
        StagedDisk.createEmpty(
                folder.resolve("web01.vmdk"),
                CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY),
                Volume.system(),
                Progress.NONE);
    }

    private static CommandLineRun done(Object... words) {
        CommandLineRun run = CommandLineRun.of(words);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run;
    }

    private void write(String disk, String text) throws IOException {
        try (VirtualDisk opened = VirtualDisk.open(folder.resolve(disk), OpenOptions.writable())) {
            opened.write(0, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        }
    }

    private String read(String disk) throws IOException {
        try (VirtualDisk opened = VirtualDisk.open(folder.resolve(disk), OpenOptions.readOnly())) {
            ByteBuffer bytes = ByteBuffer.allocate(3);
            opened.read(0, bytes);
            return new String(bytes.array(), StandardCharsets.UTF_8);
        }
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void tellsOfASecondSnapshotOfOneName() {
        Path vm = folder.resolve("web01.vmx");

        assertThat(done("snapshot", "create", vm, "clean").out()).doesNotContain("has that name too");
        assertThat(done("snapshot", "create", vm, "clean").out()).contains("snapshot 1 has that name too");
    }

    @Test
    void takesListsRevertsAndDeletes() throws IOException {
        write("web01.vmdk", "one");
        CommandLineRun created = done("snapshot", "create", folder, "clean", "--description", "fresh install");
        assertThat(created.out())
                .contains("create snapshot \"clean\" of web01", "web01-000001.vmdk", "web01-Snapshot1.vmsn", "done");
        write("web01-000001.vmdk", "two");
        done("snapshot", "create", "-q", folder, "patched");
        write("web01-000002.vmdk", "six");

        assertThat(done("snapshot", "list", folder).out().lines())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("clean  uid:1  20"),
                        line -> assertThat(line)
                                .startsWith("  patched  uid:2  20")
                                .endsWith("<- the machine is here"));
        assertThat(done("snapshot", "list", "--json", folder).out())
                .contains("\"name\": \"patched\"", "\"parent\": 1", "\"parent\": null", "\"file\": \"web01.vmdk\"");

        assertThat(done("snapshot", "revert", folder, "clean").out()).contains("lost: web01-000002.vmdk");
        assertThat(read("web01-000003.vmdk")).isEqualTo("one");
        done("snapshot", "delete", folder.resolve("web01.vmx"), "clean/patched");
        done("snapshot", "delete-all", folder);
        assertThat(files()).containsExactly("web01.vmdk", "web01.vmsd", "web01.vmx");
        assertThat(read("web01.vmdk")).isEqualTo("one");
        assertThat(done("snapshot", "list", folder).out()).isEqualTo("no snapshots\n");
    }

    @Test
    void aDryRunTellsAndTouchesNothing() throws IOException {
        done("snapshot", "create", folder, "clean");
        List<String> before = files();

        CommandLineRun run = done("snapshot", "delete", "--dry-run", folder, "clean");

        assertThat(run.out())
                .contains(
                        "fold web01-000001.vmdk into web01.vmdk",
                        "removes",
                        "web01-000001.vmdk",
                        "about 1 s, if 200 MiB are copied in a second",
                        "nothing was changed");
        assertThat(done("snapshot", "delete", "--dry-run", "--json", folder, "clean")
                        .out())
                .contains("\"seconds\": 1")
                .contains("\"dryRun\": true", "\"removes\"", "web01-Snapshot1.vmsn", "\"needs\"", "\"free\"");
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void deletesWithChildrenAndSparesSpace() throws IOException {
        done("snapshot", "create", folder, "clean");
        done("snapshot", "create", folder, "patched");
        write("web01-000002.vmdk", "two");

        done("snapshot", "delete", folder, "clean", "--children", "--low-space");

        assertThat(files()).containsExactly("web01.vmdk", "web01.vmsd", "web01.vmx");
        assertThat(read("web01.vmdk")).isEqualTo("two");
    }

    @Test
    void consolidatesAMachine() throws IOException {
        done("snapshot", "create", folder, "clean");
        write("web01-000001.vmdk", "two");
        Files.delete(folder.resolve("web01.vmsd"));
        Files.delete(folder.resolve("web01-Snapshot1.vmsn"));

        done("consolidate", folder);

        assertThat(read("web01.vmdk")).isEqualTo("two");
        assertThat(done("consolidate", folder).out()).contains("nothing to do");
    }

    @Test
    void consolidatesADiskOnlyIfNoMachineNeedsIt() throws IOException {
        done("snapshot", "create", folder, "clean");
        write("web01-000001.vmdk", "two");
        Path top = folder.resolve("web01-000001.vmdk");

        CommandLineRun refused = CommandLineRun.of("consolidate", top);
        assertThat(refused.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(refused.err()).contains("vmdisk consolidate " + folder.resolve("web01.vmx"));

        done("consolidate", top, "--into", folder.resolve("whole.vmdk"));
        assertThat(read("whole.vmdk")).isEqualTo("two");
        Files.delete(folder.resolve("web01.vmx"));
        CommandLineRun listed = CommandLineRun.of("consolidate", top);
        assertThat(listed.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(listed.err()).contains("web01.vmsd", "move it away");
        Files.delete(folder.resolve("web01.vmsd"));
        done("consolidate", top);
        assertThat(read("web01.vmdk")).isEqualTo("two");
        assertThat(top).doesNotExist();
    }

    @Test
    void refusesWhereTheNameIsNotClear() {
        done("snapshot", "create", folder, "same");
        done("snapshot", "create", folder, "same");

        CommandLineRun run = CommandLineRun.of("snapshot", "revert", folder, "same");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(run.err()).contains("uid:1");
    }

    @Test
    void refusesAnUnknownDanger() {
        CommandLineRun run = CommandLineRun.of("snapshot", "create", folder, "x", "--force", "everything");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err()).contains("none of suspended, crashed, clones");
    }

    @Test
    void anInterruptedOperationStopsEveryCommandUntilRecovered() throws IOException {
        assertThat(done("recover", folder).out()).startsWith("nothing was interrupted in ");
        CancelSwitch cancelled = new CancelSwitch();
        cancelled.cancelAndWait();
        assertThat(CommandLineRun.cancelled(cancelled, "snapshot", "create", folder, "clean")
                        .exitCode())
                .isEqualTo(ExitCodes.CANCELLED);
        assertThat(files()).containsExactly("web01.vmdk", "web01.vmx");
        Files.writeString(folder.resolve(".vmdisk-journal"), "");

        for (Object[] words : List.of(
                new Object[] {"snapshot", "create", folder, "x"},
                new Object[] {"snapshot", "delete-all", folder},
                new Object[] {"consolidate", folder},
                new Object[] {"consolidate", folder.resolve("web01.vmdk")})) {
            CommandLineRun run = CommandLineRun.of(words);
            assertThat(run.exitCode()).isEqualTo(ExitCodes.REFUSED);
            assertThat(run.err()).contains("vmdisk recover");
        }
    }
}
