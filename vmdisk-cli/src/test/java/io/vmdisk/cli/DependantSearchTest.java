package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.line.ExitCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A linked clone in a folder of its own stands on a disk that knows nothing of it. */
class DependantSearchTest {
    @TempDir
    Path folder;

    private Path base;
    private Path clones;

    @BeforeEach
    void makeABaseWithALinkedCloneElsewhere() throws IOException {
        base = Files.createDirectory(folder.resolve("base")).resolve("base.vmdk");
        clones = Files.createDirectory(folder.resolve("clones"));
        assertThat(CommandLineRun.of("create", base, "1M", "-O", "monolithicSparse", "-q")
                        .exitCode())
                .isZero();
        assertThat(CommandLineRun.of("clone", "--linked", base, clones.resolve("child.vmdk"), "-q")
                        .err())
                .isEmpty();
    }

    @Test
    void isSeenByEveryCommandThatWouldBreakItIfItIsToldWhereToLook() throws IOException {
        Path other = folder.resolve("other.vmdk");
        CommandLineRun.of("create", other, "1M", "-O", "monolithicSparse", "-q");
        Object[][] lines = {
            {"write", base, "--offset", "0", "--search", clones},
            {"resize", base, "2M", "--search", clones},
            {"remove", base, "--search", clones},
            {"rename", base, "new.vmdk", "--search", clones},
            {"convert", "-n", other, base, "--search", clones},
            {"unmap", base, "--range", "0:64k", "--search", clones},
        };
        byte[] before = Files.readAllBytes(base);
        for (Object[] line : lines) {
            CommandLineRun run = CommandLineRun.of(line);
            assertThat(run.exitCode()).as("%s: %s", line[0], run.err()).isEqualTo(ExitCodes.REFUSED);
            assertThat(run.err()).contains("other disks depend on it", "child.vmdk");
        }
        assertThat(Files.readAllBytes(base)).isEqualTo(before);
    }

    @Test
    void aCloneOfACloneIsSeenByRebase() throws IOException {
        Path grandchildren = Files.createDirectory(folder.resolve("grandchildren"));
        Path child = clones.resolve("child.vmdk");
        CommandLineRun.of("clone", "--linked", child, grandchildren.resolve("grandchild.vmdk"), "-q");

        CommandLineRun run = CommandLineRun.of("rebase", child, "--onto", "none", "--search", grandchildren);

        assertThat(run.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(run.err()).contains("other disks depend on it", "grandchild.vmdk");
    }

    @Test
    void aMachineElsewhereThatNamesTheDiskKeepsItFromGoing() throws IOException {
        Path single = folder.resolve("base/single.vmdk");
        CommandLineRun.of("create", single, "1M", "-O", "monolithicSparse", "-q");
        Path machines = Files.createDirectory(folder.resolve("machines"));
        Files.writeString(machines.resolve("vm.vmx"), "scsi0:0.fileName = \"" + single + "\"\n");

        CommandLineRun run = CommandLineRun.of("remove", single, "--search", machines);

        assertThat(run.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(run.err()).contains("vm.vmx names it at scsi0:0.fileName");
        assertThat(single).exists();
    }

    @Test
    void helpSaysWhatCannotBeSeen() {
        for (String command : new String[] {"write", "resize", "remove", "rename", "convert", "rebase", "unmap"}) {
            assertThat(CommandLineRun.of(command, "--help").out().replaceAll("\\s+", " "))
                    .contains("linked clones elsewhere are not seen");
        }
    }
}
