package io.vmdisk.cli.line;

import io.vmdisk.OperationCancelledException;
import io.vmdisk.cli.view.Printable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import picocli.CommandLine.Option;

/**
 * The question before something that can't be brought back. Only people are asked: without a terminal on both ends, or
 * with {@code --json}, the command goes on as scripts expect.
 */
public final class Confirmation {
    private static final int LONGEST_ANSWER = 80;

    @Option(names = "--yes", description = "Go on without a question. Without a terminal none is asked.")
    private boolean yes;

    /**
     * Goes on only if the user agrees.
     *
     * @param what what would happen, as a sentence without its full stop
     * @throws OperationCancelledException if the answer is not yes
     */
    public void ask(GlobalOptions global, String what) throws IOException {
        Console console = global.console();
        boolean somebody =
                console.terminal().inIsTerminal() && console.terminal().errIsTerminal();
        if (yes || !somebody || global.json()) {
            return;
        }
        console.err().print(Printable.cell(what) + ". Go on? [y/N] ");
        console.err().flush();
        String answer = line(console.in()).strip().toLowerCase(Locale.ROOT);
        if (!answer.equals("y") && !answer.equals("yes")) {
            global.ifCancelled("nothing was changed");
            throw new OperationCancelledException("the command");
        }
    }

    /** One line, unbuffered: what follows is not ours. */
    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int each = in.read(); each >= 0 && each != '\n' && line.size() < LONGEST_ANSWER; each = in.read()) {
            line.write(each);
        }
        return line.toString(StandardCharsets.UTF_8);
    }
}
