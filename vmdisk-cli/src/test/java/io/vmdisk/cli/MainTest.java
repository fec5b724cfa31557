package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.line.CancelSwitch;
import io.vmdisk.cli.line.Console;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.Terminal;
import io.vmdisk.cli.start.Commands;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.junit.jupiter.api.Test;

class MainTest {
    @Test
    void helpListsEveryCommandOnStandardOutput() {
        CommandLineRun run = CommandLineRun.of("--help");

        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEmpty();
        for (String path : Commands.PATHS) {
            assertThat(run.out()).contains("\n  " + path.split(" ")[0]);
        }
    }

    @Test
    void helpWithACommandIsTheHelpOfThatCommand() {
        assertThat(CommandLineRun.of("help", "completion").out())
                .startsWith("Usage: vmdisk completion")
                .isEqualTo(CommandLineRun.of("completion", "--help").out());
    }

    @Test
    void versionIsThatOfTheBuild() {
        assertThat(CommandLineRun.of("--version").out())
                .matches("vmdisk \\d+\\.\\d+\\.\\d+\\S*\ncommit: \\S+\njava:   .+\nnative: .+\n");
    }

    @Test
    void noCommandIsAUsageError() {
        CommandLineRun run = CommandLineRun.of();

        assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isEqualTo("vmdisk: no command: 'vmdisk --help' lists the commands\n");
    }

    @Test
    void aMisspeltCommandIsAnsweredWithTheNearestOne() {
        CommandLineRun run = CommandLineRun.of("completon");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err()).startsWith("vmdisk: 'completon' is no command: did you mean 'completion'?");
    }

    @Test
    void anOptionBeforeTheCommandIsRefusedWithTheReason() {
        CommandLineRun run = CommandLineRun.of("--debug", "completion");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err()).contains("options stand behind the command: --debug");
    }

    @Test
    void anUnknownOptionNamesTheCommandAndItsHelp() {
        CommandLineRun run = CommandLineRun.of("completion", "--bad");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err())
                .isEqualTo("vmdisk: completion: there is no option --bad: see 'vmdisk completion --help'\n");
    }

    @Test
    void usageErrorsAreJsonToo() {
        CommandLineRun run = CommandLineRun.of("completion", "--json", "--bad");

        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .isEqualTo(
                        "{\"error\":{\"code\":\"usage\",\"message\":\"completion: there is no option --bad\","
                                + "\"path\":null,\"offset\":null,\"remedy\":{\"text\":\"see 'vmdisk completion --help'\",\"actions\":[]}}}\n");
    }

    @Test
    void coloursAreUsedOnlyWhereTheyAreWelcome() {
        Terminal screen = new Terminal(false, true, true, true, 80, java.nio.charset.StandardCharsets.UTF_8);
        Terminal noColor = new Terminal(false, true, true, false, 80, java.nio.charset.StandardCharsets.UTF_8);

        assertThat(CommandLineRun.of(screen, new byte[0], "completion", "--help")
                        .out())
                .contains("\u001b[");
        assertThat(CommandLineRun.of(screen, new byte[0], "completion", "--help", "--color=never")
                        .out())
                .doesNotContain("\u001b[");
        assertThat(CommandLineRun.of(noColor, new byte[0], "completion", "--help")
                        .out())
                .doesNotContain("\u001b[");
        assertThat(CommandLineRun.of("completion", "--help").out()).doesNotContain("\u001b[");
        assertThat(CommandLineRun.of("completion", "--help", "--color=always").out())
                .contains("\u001b[");
    }

    @Test
    void aReaderThatLeavesEndsTheCommandQuietly() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();

        int code = Main.run(consoleOn(failing("Broken pipe"), err), "completion");

        assertThat(code).isEqualTo(ExitCodes.READER_LEFT);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void aFullDiskBehindStandardOutputIsAnError() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();

        int code = Main.run(consoleOn(failing("No space left on device"), err), "completion");

        assertThat(code).isEqualTo(ExitCodes.IO);
        assertThat(err.toString()).isEqualTo("vmdisk: standard output: No space left on device\n");
    }

    private static Console consoleOn(OutputStream out, OutputStream err) {
        return new Console(
                new ByteArrayInputStream(new byte[0]), out, err, Terminal.NONE, new StepClock(), new CancelSwitch());
    }

    private static OutputStream failing(String reason) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(reason);
            }
        };
    }
}
