package io.vmdisk.cli.line;

import io.vmdisk.cli.view.Printable;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.Callable;

/**
 * Runs a command and tells people or scripts of its failure; nothing is thrown.
 *
 * @param options how to tell
 * @param command the words that name the command, or empty where none is named
 */
public record Attempt(GlobalOptions options, String command) {
    /** Returns the exit code. */
    public int run(Callable<Integer> work) {
        Console console = options.console();
        options.begin(command);
        try {
            int code = work.call();
            console.out().flush();
            return code;
        } catch (Throwable e) {
            int code = ExitCodes.of(command).of(e);
            if (code != ExitCodes.READER_LEFT) {
                tell(console, e);
            }
            return code;
        }
    }

    private void tell(Console console, Throwable e) {
        Failure failure = e instanceof UsageException
                ? Failure.usage(command + ": " + e.getMessage(), "see 'vmdisk " + command + " --help'")
                : Failure.of(e, options.stateIfCancelled().orElse(null));
        failure.tell(console.err(), options.json());
        if (options.debug()) {
            StringWriter trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            console.err().print(Printable.text(trace.toString().replace("\t", "    ")));
            console.err().flush();
        }
    }
}
