package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.line.ExitCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineInfoTest {
    @TempDir
    Path folder;

    private Path vm;

    @BeforeEach
    void copySample() throws IOException {
        vm = Sample.copyTo(folder);
    }

    @Test
    void tellsPeopleWhatAMachineIsMadeOf() {
        CommandLineRun run = CommandLineRun.of("info", vm.resolve("web01.vmx"));

        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out(folder)).contains("""
                machine:          web01
                configuration:    FOLDER/web01/web01.vmx
                guest:            debian10-64
                hardware version: 14
                firmware:         BIOS
                processors:       1 in 1 socket
                memory:           512 MiB
                state:            off

                DISK     FILE               CAPACITY  LINKS  MODE        CHAIN
                scsi0:0  web01-000002.vmdk    16 MiB      3  persistent  whole
                """);
        assertThat(run.out())
                .containsPattern("1 +installed +2020-01-01T12:00:00Z +no *\n")
                .containsPattern("2 +1 +before the upgrade +2020-02-01T12:00:00Z +no +you are here")
                .containsPattern("ethernet0 +vmxnet3 +VM Network +00:0c:29:3d:51:7e +generated")
                .containsPattern("web01.vmsd +snapshot list +machine");
    }

    @Test
    void aFolderMeansItsOnlyMachine() {
        assertThat(CommandLineRun.of("info", vm).out())
                .isEqualTo(CommandLineRun.of("info", vm.resolve("web01.vmx")).out());
    }

    @Test
    void givesScriptsEverything() {
        CommandLineRun run = CommandLineRun.of("info", "--json", vm);

        assertThat(run.out())
                .contains("\"name\": \"web01\"", "\"memory\": 536870912", "\"state\": \"off\"")
                .contains("\"node\": \"scsi0:0\"", "\"capacity\": 16777216", "\"links\": 3", "\"whole\": true")
                .contains("\"parent\": null", "\"parent\": 1", "\"current\": true")
                .contains("\"address\": \"00:0c:29:3d:51:7e\"", "\"role\": \"snapshot-list\"", "\"findings\": [ ]");
    }

    @Test
    void aBrokenChainIsToldAndStopsNothing() throws IOException {
        Files.delete(vm.resolve("web01.vmdk"));

        CommandLineRun run = CommandLineRun.of("info", vm);

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .containsPattern("scsi0:0 +web01-000002.vmdk .*broken")
                .contains("error:");
    }

    @Test
    void aDiskThatLacksAFileIsNeverCalledWhole() throws IOException {
        Path data = vm.resolve("web01-000001-delta.vmdk");
        assertThat(Files.exists(data)).isTrue();
        Files.delete(data);

        CommandLineRun run = CommandLineRun.of("info", vm);

        assertThat(run.out()).containsPattern("scsi0:0 +web01-000002.vmdk .*lacks web01-000001-delta.vmdk");
        assertThat(CommandLineRun.of("info", "--json", vm).out())
                .contains("\"whole\": false", "\"lack\": \"lacks web01-000001-delta.vmdk\"");
    }

    @Test
    void changeTrackingIsTold() throws IOException {
        Path top = vm.resolve("web01-000002.vmdk");
        Files.writeString(top, Files.readString(top) + "changeTrackPath=\"web01-000002-ctk.vmdk\"\n");

        assertThat(CommandLineRun.of("info", vm).out())
                .contains("scsi0:0: changes are tracked in web01-000002-ctk.vmdk");
        assertThat(CommandLineRun.of("info", "--json", vm).out())
                .contains("\"changeTracking\": \"web01-000002-ctk.vmdk\"", "\"redoLogs\": [ ]");
    }

    @Test
    void aRedoLogIsTold() throws IOException {
        Path log = vm.resolve("web01-000002.vmdk.REDO_a1B2c3");
        CommandLineRun made = CommandLineRun.of(
                "create", vm.resolve("log.vmdk"), "-b", vm.resolve("web01-000002.vmdk"), "-O", "vmfsSparse");
        assertThat(made.err()).isEmpty();
        Files.move(vm.resolve("log.vmdk"), log);

        assertThat(CommandLineRun.of("info", vm).out()).contains("redo log:         web01-000002.vmdk.REDO_a1B2c3");
    }

    @Test
    void tellsWhatACheckpointHolds() {
        CommandLineRun run = CommandLineRun.of("info", vm.resolve("web01-Snapshot2.vmsn"));

        assertThat(run.out(folder))
                .contains("checkpoint:       FOLDER/web01/web01-Snapshot2.vmsn\n")
                .contains("machine:          web01\n", "memory:           none\n", "holds:            configuration\n")
                .contains("disk:             scsi0:0=web01-000001.vmdk\n", "Snapshot              92  675 bytes");
        assertThat(CommandLineRun.of("info", "--json", vm.resolve("web01-Snapshot2.vmsn"))
                        .out())
                .contains("\"memory\": \"none\"", "\"memorySize\": null", "\"name\": \"Snapshot\"", "\"size\": 675");
    }

    @Test
    void refusesACheckpointThatIsNone() throws IOException {
        Path file = Files.write(vm.resolve("x.vmss"), new byte[4096]);

        CommandLineRun run = CommandLineRun.of("info", file);

        assertThat(run.exitCode()).isEqualTo(ExitCodes.INPUT);
        assertThat(run.err(folder)).startsWith("vmdisk: FOLDER/web01/x.vmss: ");
    }

    @Test
    void refusesAFolderWithoutAMachine() throws IOException {
        CommandLineRun run = CommandLineRun.of("info", Files.createDirectory(folder.resolve("empty")));

        assertThat(run.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(run.err()).contains("the folder holds no .vmx and no .vmtx");
    }
}
