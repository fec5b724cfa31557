package io.vmdisk.cli.line;

import io.vmdisk.cli.view.Printable;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.Callable;

/**
 * Runs a command and tells people or scripts of its failure; nothing is thrown.
 *
 * @param options how to tell
 * @param codes what a failure tells the shell
 */
public record Attempt(GlobalOptions options, ExitCodes codes) {
    /** Returns the exit code. */
    public int run(Callable<Integer> command) {
        Console console = options.console();
        try {
            int code = command.call();
            console.out().flush();
            return code;
        } catch (Throwable e) {
            int code = codes.of(e);
            if (code != ExitCodes.READER_LEFT) {
                tell(console, e);
            }
            return code;
        }
    }

    private void tell(Console console, Throwable e) {
        Failure.of(e, options.stateIfCancelled().orElse(null)).tell(console.err(), options.json());
        if (options.debug()) {
            StringWriter trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            console.err().print(Printable.text(trace.toString().replace("\t", "    ")));
            console.err().flush();
        }
    }
}
