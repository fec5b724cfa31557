package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.line.ExitCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemplateCommandTest {
    @TempDir
    Path folder;

    @BeforeEach
    void makeMachine() throws IOException {
        Files.writeString(
                folder.resolve("golden.vmx"),
                "virtualHW.version = \"17\"\ndisplayName = \"golden\"\nmemSize = \"64\"\n");
    }

    @Test
    void makesATemplateAndAMachineAgain() {
        CommandLineRun there = CommandLineRun.of("template", folder);

        assertThat(there.exitCode()).as(there.err()).isZero();
        assertThat(there.out()).contains("make a template of golden", "golden.vmtx", "done");
        assertThat(folder.resolve("golden.vmx")).doesNotExist();
        assertThat(CommandLineRun.of("template", folder.resolve("golden.vmtx")).exitCode())
                .isEqualTo(ExitCodes.REFUSED);

        CommandLineRun back = CommandLineRun.of("template", "--to-vm", "--json", folder);
        assertThat(back.out()).contains("\"changed\": true", "golden.vmx");
        assertThat(folder.resolve("golden.vmx")).exists();
        assertThat(folder.resolve("golden.vmtx")).doesNotExist();
    }

    @Test
    void aDryRunTellsAndTouchesNothing() {
        CommandLineRun run = CommandLineRun.of("template", "--dry-run", folder);

        assertThat(run.out()).contains("rename golden.vmx to golden.vmtx", "nothing was changed");
        assertThat(folder.resolve("golden.vmx")).exists();
    }

    @Test
    void refusesAMachineThatMayRunAndOptionsThatContradict() throws IOException {
        Files.createFile(folder.resolve("golden-1a2b3c4d.vswp"));

        CommandLineRun run = CommandLineRun.of("template", "--json", folder);

        assertThat(run.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(run.err()).contains("unsafe.");
        assertThat(CommandLineRun.of("template", "--to-vm", "--keep-snapshots", folder)
                        .exitCode())
                .isEqualTo(ExitCodes.USAGE);
    }
}
