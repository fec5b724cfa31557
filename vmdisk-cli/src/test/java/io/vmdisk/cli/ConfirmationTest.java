package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.Terminal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can't be brought back is asked for, if somebody is there to answer. */
class ConfirmationTest {
    private static final Terminal PEOPLE = new Terminal(true, true, true, false, 80, StandardCharsets.UTF_8);

    @TempDir
    Path folder;

    private static CommandLineRun answering(String answer, Object... line) {
        return CommandLineRun.of(PEOPLE, answer.getBytes(StandardCharsets.UTF_8), line);
    }

    @Test
    void aDiskStaysUnlessTheAnswerIsYes() {
        Path disk = folder.resolve("d.vmdk");
        CommandLineRun.of("create", disk, "1M", "-O", "monolithicSparse", "-q");

        for (String answer : new String[] {"", "\n", "n\n", "no\n", "yess\n", "x"}) {
            CommandLineRun refused = answering(answer, "remove", disk);
            assertThat(refused.exitCode()).isEqualTo(ExitCodes.CANCELLED);
            assertThat(refused.err()).contains("Go on? [y/N]", "nothing was changed");
            assertThat(disk).exists();
        }
        assertThat(answering("", "remove", "--dry-run", disk).err()).isEmpty();
        assertThat(answering("Y\r\n", "remove", disk).exitCode()).isZero();
        assertThat(disk).doesNotExist();
    }

    @Test
    void yesAheadAsksNothing() {
        Path disk = folder.resolve("d.vmdk");
        CommandLineRun.of("create", disk, "1M", "-O", "monolithicSparse", "-q");

        CommandLineRun run = answering("", "remove", "--yes", disk);

        assertThat(run.err()).isEmpty();
        assertThat(disk).doesNotExist();
    }

    @Test
    void aMachineKeepsItsSnapshotsAndItsStateUnlessTheAnswerIsYes() throws IOException {
        Path machine = Sample.copyTo(folder);
        String before = CommandLineRun.of("snapshot", "list", machine).out();

        assertThat(answering("n\n", "snapshot", "delete-all", machine).exitCode())
                .isEqualTo(ExitCodes.CANCELLED);
        assertThat(answering("n\n", "snapshot", "revert", machine, "uid:1").exitCode())
                .isEqualTo(ExitCodes.CANCELLED);

        assertThat(CommandLineRun.of("snapshot", "list", machine).out()).isEqualTo(before);
    }

    @Test
    void scriptsAreNotAsked() {
        Path disk = folder.resolve("d.vmdk");
        CommandLineRun.of("create", disk, "1M", "-O", "monolithicSparse", "-q");

        assertThat(CommandLineRun.of("remove", disk).exitCode()).isZero();
    }
}
