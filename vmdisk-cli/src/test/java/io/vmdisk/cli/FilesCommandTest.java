package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.line.ExitCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesCommandTest {
    @TempDir
    Path folder;

    private Path vm;

    @BeforeEach
    void copySample() throws IOException {
        vm = Sample.copyTo(folder);
    }

    @Test
    void saysWhatEachFileIsFor() {
        CommandLineRun run = CommandLineRun.of("files", vm);

        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .containsPattern("web01.vmx +configuration +machine +646 bytes")
                .containsPattern("web01.vmdk +disk +snapshot 1 installed +320 KiB")
                .containsPattern("web01-000002-sesparse.vmdk +disk data +disk scsi0:0 +116 KiB")
                .contains("files:            9, ", "orphans:          none\n");
    }

    @Test
    void showsOrphans() throws IOException {
        Files.copy(vm.resolve("web01-Snapshot1.vmsn"), vm.resolve("web01-Snapshot9.vmsn"));

        CommandLineRun run = CommandLineRun.of("files", vm.resolve("web01.vmx"));

        assertThat(run.out())
                .containsPattern("web01-Snapshot9.vmsn +snapshot checkpoint +nobody \\(orphan\\) +760 bytes")
                .contains("orphans:          1, 760 bytes\n");
        assertThat(CommandLineRun.of("files", "--json", vm).out())
                .contains("\"orphan\": true", "\"owner\": \"nobody\"", "\"orphans\": 1");
    }

    @Test
    void aDiskThatLiesElsewhereIsFoundWhereTheUserSays() throws IOException {
        Path away = Files.createDirectory(folder.resolve("away"));
        Path vmx = vm.resolve("web01.vmx");
        CommandLineRun.of("create", vm.resolve("base.vmdk"), "1M", "-O", "monolithicSparse");
        CommandLineRun.of("create", away.resolve("data.vmdk"), "-O", "delta", "-b", vm.resolve("base.vmdk"));
        Files.writeString(
                vmx,
                Files.readString(vmx)
                        + "scsi0:1.present = \"TRUE\"\nscsi0:1.fileName = \"/vmfs/volumes/ds2/web01/data.vmdk\"\n");

        assertThat(CommandLineRun.of("files", vm).out()).containsPattern("base.vmdk .*orphan");
        assertThat(CommandLineRun.of("files", vm, "--search", away).out())
                .containsPattern("base.vmdk +disk +disk scsi0:1 ");
    }

    @Test
    void refusesWhatIsNoMachine() {
        CommandLineRun run = CommandLineRun.of("files", folder);

        assertThat(run.exitCode()).isEqualTo(ExitCodes.REFUSED);
    }
}
