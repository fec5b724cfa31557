package io.vmdisk.cli;

import io.vmdisk.cli.view.Ink;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line: arguments in, exit code out. */
public final class Main {
    private static final String ALL_HELP = "'vmdisk --help' lists the commands";

    private final Console console;
    private final GlobalOptions options;

    private Main(Console console) {
        this.console = console;
        this.options = new GlobalOptions(console);
    }

    /** Runs the command of this process. ^C stops it at its next consistent point. */
    public static void main(String[] arguments) {
        CancelSwitch cancel = new CancelSwitch();
        Runtime.getRuntime().addShutdownHook(new Thread(cancel::cancelAndWait, "cancel"));
        int code = run(Console.system(cancel), arguments);
        cancel.finish();
        Runtime.getRuntime().exit(code);
    }

    /** Runs one command; the only way in, also for tests. Nothing is thrown. */
    static int run(Console console, String... arguments) {
        return new Main(console).run(helpLast(Arrays.asList(arguments)));
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

    private int run(List<String> arguments) {
        String path = CommandTree.pathOf(arguments);
        ExitCodes codes = ExitCodes.of(path == null ? "" : path);
        try {
            int code = path == null ? topLevel(arguments) : command(path, arguments);
            console.out().flush();
            return code;
        } catch (ParameterException e) {
            usage(path, e, arguments.contains("--json"));
            return codes.of(e);
        } catch (Throwable e) {
            int code = codes.of(e);
            if (code != ExitCodes.READER_LEFT) {
                tell(e);
            }
            return code;
        }
    }

    private int command(String path, List<String> arguments) throws Exception {
        CommandLine root = CommandTree.of(List.of(path), options);
        ParseResult leaf = leafOf(root.parseArgs(arguments.toArray(new String[0])));
        CommandLine line = leaf.commandSpec().commandLine();
        if (leaf.isUsageHelpRequested()) {
            return help(line);
        }
        Callable<Integer> command = line.getCommand();
        return command.call();
    }

    private static ParseResult leafOf(ParseResult result) {
        ParseResult leaf = result;
        while (leaf.hasSubcommand()) {
            leaf = leaf.subcommand();
        }
        return leaf;
    }

    private int topLevel(List<String> arguments) throws IOException {
        CommandLine root = CommandTree.all(options);
        if (arguments.isEmpty()) {
            throw new ParameterException(root, "no command");
        }
        if (arguments.get(0).startsWith("-") && !ROOT_OPTIONS.contains(arguments.get(0))) {
            throw new ParameterException(root, "options stand behind the command: " + arguments.get(0));
        }
        ParseResult leaf = leafOf(root.parseArgs(arguments.toArray(new String[0])));
        CommandLine line = leaf.commandSpec().commandLine();
        if (leaf.isVersionHelpRequested()) {
            PrintWriter text = new PrintWriter(console.text());
            line.printVersionHelp(text, Ansi.OFF);
            text.flush();
            return ExitCodes.DONE;
        }
        if (leaf.isUsageHelpRequested()) {
            return help(line);
        }
        throw new ParameterException(line, "'" + line.getCommandSpec().qualifiedName() + "' needs a command");
    }

    private static final List<String> ROOT_OPTIONS = List.of("-h", "--help", "-V", "--version");

    private int help(CommandLine line) {
        PrintWriter text = new PrintWriter(console.text());
        line.usage(text, options.ink() == Ink.COLOURED ? Ansi.ON : Ansi.OFF);
        text.flush();
        return ExitCodes.DONE;
    }

    private void usage(@Nullable String path, ParameterException e, boolean json) {
        String message = e.getMessage();
        String hint = path == null ? ALL_HELP : "see 'vmdisk " + path + " --help'";
        if (path == null && e instanceof UnmatchedArgumentException unmatched) {
            message = "'" + unmatched.getUnmatched().get(0) + "' is no command";
            List<String> near = unmatched.getSuggestions();
            hint = near.isEmpty() ? ALL_HELP : "did you mean '" + near.get(0) + "'? " + ALL_HELP;
        }
        Failure.usage(path == null ? message : path + ": " + message, hint).tell(console.err(), json);
    }

    private void tell(Throwable e) {
        Failure.of(e, options.stateIfCancelled().orElse(null)).tell(console.err(), options.json());
        if (options.debug()) {
            e.printStackTrace(console.err());
            console.err().flush();
        }
    }
}
