package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Progress;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineRenameTest {
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
                CreateSpec.of(DiskFormat.VMFS_THIN, 1 << 20),
                Volume.system(),
                Progress.NONE);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void theNameThatItHasIsNothingToDo() throws IOException {
        byte[] before = Files.readAllBytes(folder.resolve("web01.vmx"));

        CommandLineRun run = CommandLineRun.of("rename", folder, "web01");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("nothing to do");
        assertThat(CommandLineRun.of("rename", "--json", folder, "web01").out()).contains("\"changed\": false");
        assertThat(Files.readAllBytes(folder.resolve("web01.vmx"))).isEqualTo(before);
    }

    @Test
    void renamesAMachineWithItsSnapshots() throws IOException {
        assertThat(CommandLineRun.of("snapshot", "create", folder, "clean").exitCode())
                .isZero();

        CommandLineRun run = CommandLineRun.of("rename", "--json", folder, "db07");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("\"operation\": \"rename web01 to db07\"", "\"changed\": true", "db07.vmx");
        assertThat(files())
                .containsExactly(
                        "db07-000001-delta.vmdk",
                        "db07-000001.vmdk",
                        "db07-Snapshot1.vmsn",
                        "db07-flat.vmdk",
                        "db07.vmdk",
                        "db07.vmsd",
                        "db07.vmx");
        assertThat(CommandLineRun.of("check", folder).exitCode()).isZero();
    }

    @Test
    void aDryRunTellsAndTouchesNothing() throws IOException {
        List<String> before = files();

        CommandLineRun run = CommandLineRun.of("rename", "--dry-run", folder.resolve("web01.vmx"), "db07");

        assertThat(run.out()).contains("rename web01-flat.vmdk to db07-flat.vmdk", "nothing was changed");
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void refusesNamesThatAreTakenOrSenseless() throws IOException {
        Files.createFile(folder.resolve("db07.nvram"));
        Files.createFile(folder.resolve("web01.nvram"));

        assertThat(CommandLineRun.of("rename", folder, "db07").exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(CommandLineRun.of("rename", folder, "a/b").exitCode()).isEqualTo(ExitCodes.INPUT);
    }

    @Test
    void eachFormHasItsOwnOptionsAndDangers() {
        CommandLineRun disk = CommandLineRun.of("rename", folder.resolve("web01.vmdk"), "x.vmdk", "--force", "clones");
        CommandLineRun force = CommandLineRun.of("rename", folder, "db07", "--force", "in-use");

        assertThat(disk.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(disk.err()).contains("in-use");
        assertThat(force.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(force.err()).contains("crashed, clones");
        assertThat(CommandLineRun.of("rename", "--help").out())
                .containsIgnoringWhitespaces(
                        "vmdisk rename [OPTIONS] DISK NEW",
                        "vmdisk rename [OPTIONS] VM NAME",
                        "of a VM crashed, clones");
    }
}
