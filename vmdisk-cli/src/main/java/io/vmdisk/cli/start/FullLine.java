package io.vmdisk.cli.start;

import io.vmdisk.cli.line.Attempt;
import io.vmdisk.cli.line.Console;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GivenOption;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.view.Ink;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** A command line as picocli understands it: every command and option, help, and errors with advice. */
public final class FullLine {
    private static final List<String> ROOT_OPTIONS = List.of("-h", "--help", "-V", "--version");

    private final Console console;
    private final GlobalOptions options;

    public FullLine(GlobalOptions options) {
        this.console = options.console();
        this.options = options;
    }

    /** Runs what the words ask for and returns the exit code; nothing is thrown. */
    public int run(List<String> words) {
        String path = Commands.pathOf(words);
        return new Attempt(options, path == null ? "" : path).run(() -> {
            try {
                return path == null ? topLevel(words) : command(path, words);
            } catch (ParameterException e) {
                return usage(path, words, e);
            }
        });
    }

    private int command(String path, List<String> words) throws Exception {
        CommandLine root = CommandTree.of(List.of(path), options);
        ParseResult leaf = leafOf(root.parseArgs(words.toArray(new String[0])));
        CommandLine line = leaf.commandSpec().commandLine();
        if (leaf.isUsageHelpRequested()) {
            return help(line);
        }
        options.typed(words);
        options.given(leaf.matchedOptions().stream().map(FullLine::given).toList());
        Callable<Integer> command = line.getCommand();
        return command.call();
    }

    private static GivenOption given(OptionSpec option) {
        return new GivenOption(option.longestName(), heading(option));
    }

    /** That of the outermost group which has one. */
    static String heading(OptionSpec option) {
        String heading = "";
        for (ArgGroupSpec group = option.group(); group != null; group = group.parentGroup()) {
            heading = group.heading() == null ? heading : group.heading();
        }
        return heading;
    }

    private static ParseResult leafOf(ParseResult result) {
        ParseResult leaf = result;
        while (leaf.hasSubcommand()) {
            leaf = leaf.subcommand();
        }
        return leaf;
    }

    private int topLevel(List<String> words) throws IOException {
        CommandLine root = CommandTree.all(options);
        if (words.isEmpty()) {
            throw new ParameterException(root, "no command");
        }
        if (words.get(0).startsWith("-") && !ROOT_OPTIONS.contains(words.get(0))) {
            throw new ParameterException(root, "options stand behind the command: " + words.get(0));
        }
        ParseResult leaf = leafOf(root.parseArgs(words.toArray(new String[0])));
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

    private int help(CommandLine line) {
        PrintWriter text = new PrintWriter(console.text());
        text.print(help(line, options.ink()));
        text.flush();
        return ExitCodes.DONE;
    }

    /** What picocli says of a command. */
    static String help(CommandLine line, Ink ink) {
        return line.getUsageMessage(ink == Ink.COLOURED ? Ansi.ON : Ansi.OFF);
    }

    private int usage(@Nullable String path, List<String> words, ParameterException e) {
        if (path != null) {
            return PicocliUsage.of(e, words).tellOf(path, console, words);
        }
        String place = e.getCommandLine().getCommandSpec().qualifiedName(" ");
        String group = place.contains(" ") ? place.substring(place.indexOf(' ') + 1) : "";
        UsageWords said = e instanceof UnmatchedArgumentException unmatched
                ? UsageWords.noCommand(group, unmatched.getUnmatched().get(0))
                : PicocliUsage.of(e, words);
        return said.tellOfGroup(group, console, words);
    }
}
