package io.vmdisk.cli;

import io.vmdisk.cli.line.Attempt;
import io.vmdisk.cli.line.CancelSwitch;
import io.vmdisk.cli.line.Console;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.start.FullLine;
import io.vmdisk.cli.start.QuickError;
import io.vmdisk.cli.start.QuickHelp;
import io.vmdisk.cli.start.QuickLine;
import io.vmdisk.cli.start.Version;
import io.vmdisk.storage.HeadStart;
import java.util.Arrays;
import java.util.List;

/** The command line: arguments in, exit code out. */
public final class Main {
    private Main() {}

    /** Runs the command of this process. ^C stops it at its next consistent point. */
    public static void main(String[] arguments) {
        // Everything is flushed; an orderly exit would first load the JDK's logging, and has nothing more to do.
        Runtime.getRuntime().halt(runInThisProcess(arguments));
    }

    /** All of a process but its end. */
    static int runInThisProcess(String... arguments) {
        headStart(arguments.length == 0 ? "" : arguments[0]);
        CancelSwitch cancel = new CancelSwitch();
        cancel.watch();
        int code = run(Console.system(cancel), arguments);
        cancel.finish();
        return code;
    }

    private static void headStart(String command) {
        switch (command) {
            case "info", "files" -> HeadStart.begin();
            default -> {}
        }
    }

    /** Runs one command; the only way in, also for tests. Nothing is thrown. */
    static int run(Console console, String... arguments) {
        GlobalOptions options = new GlobalOptions(console);
        List<String> words = helpLast(Arrays.asList(arguments));
        if (Version.isAskedBy(words)) {
            return new Attempt(options, "").run(() -> Version.tell(console));
        }
        QuickLine quick = QuickLine.of(words, options);
        if (quick != null) {
            return quick.run();
        }
        QuickHelp help = QuickHelp.of(words, options);
        if (help != null) {
            return help.run(options);
        }
        QuickError wrong = QuickError.of(words);
        return wrong == null ? new FullLine(options).run(words) : wrong.run(options, words);
    }

    /** {@code help info} means {@code info --help}. */
    private static List<String> helpLast(List<String> arguments) {
        if (arguments.isEmpty() || !"help".equals(arguments.get(0))) {
            return arguments;
        }
        String[] turned = new String[arguments.size()];
        for (int i = 1; i < turned.length; i++) {
            turned[i - 1] = arguments.get(i);
        }
        turned[turned.length - 1] = "--help";
        return Arrays.asList(turned);
    }
}
