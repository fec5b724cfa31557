package io.vmdisk.cli;

import io.vmdisk.cli.line.CancelSwitch;
import io.vmdisk.cli.line.Console;
import io.vmdisk.cli.line.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * One run of the command line in this JVM.
 *
 * @param exitCode what the shell would see
 * @param outBytes standard output
 * @param err standard error, as text
 */
public record CommandLineRun(int exitCode, byte[] outBytes, String err) {
    /** Runs with nothing on standard input and no terminal. */
    public static CommandLineRun of(Object... arguments) {
        return of(Terminal.NONE, new byte[0], arguments);
    }

    /** Runs with bytes on standard input. */
    static CommandLineRun withInput(byte[] input, Object... arguments) {
        return of(Terminal.NONE, input, arguments);
    }

    /** Runs after, or while, the user pressed ^C. */
    static CommandLineRun cancelled(CancelSwitch cancel, Object... arguments) {
        return of(Terminal.NONE, new byte[0], cancel, arguments);
    }

    /** Runs on a given terminal. */
    static CommandLineRun of(Terminal terminal, byte[] input, Object... arguments) {
        return of(terminal, input, new CancelSwitch(), arguments);
    }

    /** Runs with bytes on standard input, asking a switch whether to go on. */
    static CommandLineRun stopping(CancelSwitch cancel, byte[] input, Object... arguments) {
        return of(Terminal.NONE, input, cancel, arguments);
    }

    private static CommandLineRun of(Terminal terminal, byte[] input, CancelSwitch cancel, Object... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(new ByteArrayInputStream(input), out, err, terminal, new StepClock(), cancel);
        String[] words = new String[arguments.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = arguments[i].toString();
        }
        int code = Main.run(console, words);
        return new CommandLineRun(code, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
    }

    /** Standard output, as text. */
    public String out() {
        return new String(outBytes, StandardCharsets.UTF_8);
    }

    /** Standard output with a folder's name taken out, so that it equals a golden text. */
    public String out(Path folder) {
        return out().replace(folder.toString(), "FOLDER");
    }

    /** Standard error with a folder's name taken out. */
    String err(Path folder) {
        return err.replace(folder.toString(), "FOLDER");
    }
}
