package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Links to nowhere, as replicas and unmounted stores leave them in a machine's folder. */
class DanglingLinkTest {
    @TempDir
    Path folder;

    private Path disk;
    private Path machine;

    private static CommandLineRun done(Object... words) {
        CommandLineRun run = CommandLineRun.of(words);
        assertThat(run.exitCode()).as(run.err() + run.out()).isZero();
        return run;
    }

    @BeforeEach
    void makeAMachineAmongLinksToNowhere() throws IOException {
        disk = folder.resolve("m.vmdk");
        machine = folder.resolve("m.vmx");
        done("create", disk, "1M", "-O", "monolithicSparse");
        Files.writeString(machine, """
                .encoding = "UTF-8"
                config.version = "8"
                virtualHW.version = "19"
                displayName = "m"
                guestOS = "other-64"
                scsi0.present = "TRUE"
                scsi0:0.present = "TRUE"
                scsi0:0.fileName = "m.vmdk"
                """);
        for (String name : new String[] {"old.vmdk", "m-flat.vmdk", "m-s001.vmdk", "old.vmsd", "old.nvram"}) {
            Files.createSymbolicLink(folder.resolve(name), Path.of("/nonexistent/backup"));
        }
    }

    @Test
    void stopNoCommand() {
        done("write", disk, "--offset", "0", "-i", machine);
        done("resize", disk, "2M");
        done("info", disk);
        done("check", disk);
        done("create", folder.resolve("into.vmdk"), "4M", "-O", "monolithicSparse");
        done("convert", "-n", disk, folder.resolve("into.vmdk"));
        done("info", machine);
        done("snapshot", "create", machine, "s1");
        done("snapshot", "revert", machine, "s1");
        done("snapshot", "delete-all", machine);
        done("clone", disk, folder.resolve("copy.vmdk"));
        done("rename", folder.resolve("copy.vmdk"), "other.vmdk");
        done("remove", folder.resolve("other.vmdk"));
    }

    @Test
    void areToldOf() {
        CommandLineRun run = done("check", machine);

        assertThat(run.out()).contains("vm.dangling-link", "old.vmdk: it is a link to /nonexistent/backup");
    }

    @Test
    void areCalledWhatTheyAre() {
        CommandLineRun run = CommandLineRun.of("info", folder.resolve("old.vmdk"));

        assertThat(run.exitCode()).isEqualTo(5);
        assertThat(run.err()).contains("old.vmdk: is a link to /nonexistent/backup, which is not there");
    }

    @Test
    void keepTheirNames() {
        CommandLineRun run = CommandLineRun.of("create", folder.resolve("old.vmdk"), "1M", "-O", "thin");

        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.err()).contains("the name is that of a link to nowhere");
        assertThat(folder.resolve("old.vmdk")).isSymbolicLink();
    }
}
