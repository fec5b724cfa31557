package io.vmdisk.cli.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.StepClock;
import io.vmdisk.cli.line.CancelSwitch;
import io.vmdisk.cli.line.Console;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Help and errors that are answered without picocli are answered as with it. */
class QuickAnswersTest {
    private record Told(int code, String out, String err) {}

    private interface Way {
        int run(GlobalOptions options) throws IOException;
    }

    private static Told tell(Terminal terminal, Way way) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                new ByteArrayInputStream(new byte[0]), out, err, terminal, new StepClock(), new CancelSwitch());
        int code = way.run(new GlobalOptions(console));
        return new Told(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static Terminal terminal(int columns, boolean coloured) {
        return new Terminal(false, coloured, false, coloured, columns, StandardCharsets.UTF_8);
    }

    private static List<String> words(String line) {
        return line.isEmpty() ? List.of() : List.of(line.split(" "));
    }

    static List<String> pages() {
        return HelpPage.PATHS;
    }

    @ParameterizedTest
    @MethodSource("pages")
    void aPageOfHelpIsWrittenDownAsPicocliPrintsIt(String path) throws IOException {
        List<String> line = words((path + " --help").strip());
        int another = 81 + pages().indexOf(path) * 7 % 39;
        for (Terminal terminal : List.of(Terminal.NONE, terminal(500, true), terminal(another, true))) {
            Told quickly = tell(terminal, options -> {
                QuickHelp help = QuickHelp.of(line, options);
                assertThat(help).as("written by the build").isNotNull();
                return help.run(options);
            });

            assertThat(quickly).isEqualTo(tell(terminal, options -> new FullLine(options).run(line)));
            assertThat(quickly.out()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 79, 80, 81, 89, 90, 99, 100, 101, 109, 110, 119, 120, 121, 1000})
    void everyPageIsWrittenDownForEveryWidthAndFitsIt(int columns) throws IOException {
        for (String path : pages()) {
            Told told = tell(terminal(columns, false), options -> {
                QuickHelp help = QuickHelp.of(words((path + " --help").strip()), options);
                assertThat(help).as(path).isNotNull();
                return help.run(options);
            });

            assertThat(told.out().lines().mapToInt(String::length))
                    .as(path)
                    .allMatch(length -> length <= Math.max(80, columns));
        }
    }

    @Test
    void linesThatAskForMoreThanHelpAreLeftToPicocli() throws IOException {
        tell(Terminal.NONE, options -> {
            assertThat(QuickHelp.of(List.of("info", "-h"), options)).isNotNull();
            for (String line :
                    List.of("", "info", "info disk --help", "info --help disk", "nosuch --help", "vmx -h -h")) {
                assertThat(QuickHelp.of(words(line), options)).as(line).isNull();
            }
            return ExitCodes.DONE;
        });
    }

    private static void isAnsweredAlike(List<String> line) throws IOException {
        Told quickly = tell(Terminal.NONE, options -> error(line).run(options, line));

        assertThat(quickly).as("%s", line).isEqualTo(tell(Terminal.NONE, options -> new FullLine(options).run(line)));
        assertThat(quickly.code()).isEqualTo(ExitCodes.USAGE);
    }

    private static QuickError error(List<String> line) {
        QuickError error = QuickError.of(line);
        assertThat(error).as("%s", line).isNotNull();
        return error;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nosuch",
                "nosuch disk",
                "nosuch --json",
                "nosuch --such=thing one two",
                "inof disk",
                "RM disk",
                "diff one two",
                "ein-langes-wort-ohne-sinn",
                "--json",
                "-v info disk",
                "--help-me",
                "snapshot",
                "vmx",
                "snapshot nosuch",
                "snapshot take vm one",
                "vmx edit vm key value --json",
                "vmx info",
            })
    void aLineWithoutACommandIsAnsweredAlike(String line) throws IOException {
        if (line.equals("vmx info")) {
            assertThat(QuickError.of(words(line))).isNull();
        } else {
            isAnsweredAlike(words(line));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "-h nosuch",
                "--version now",
                "nosuch --help",
                "nosuch -h",
                "nosuch info",
                "nosuch @file",
                "snapshot -x",
                "vmx --help",
                "info -z disk",
                "info --",
                "map @disk",
                "map --start x --color pink disk",
                "map --start 1 --start",
                "map --start --length 1 disk",
                "map disk --nosuch --start",
                "resize --color pink disk 1M",
                "read --offset 1 --offset 2 disk extra",
                "map --help --nosuch",
                "map disk -- extra",
            })
    void anythingElseIsLeftToPicocli(String line) {
        assertThat(QuickError.of(words(line))).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "map --start x disk extra",
                "map --start x --nosuch",
                "map --start=x disk --json",
                "map --start",
                "map disk extra --start",
                "info --color pink disk",
                "info --color",
                "info disk --progress",
                "info --map nowhere disk",
                "info --force nothing disk",
                "info --force",
                "hash --threads many disk",
                "convert a b -O nosuch",
                "convert a b -O",
                "create new.vmdk large -O thin",
                "snapshot delete vm one --force no-such",
                "vmx upgrade vm --hw old",
            })
    void aValueThatIsNoneIsAnsweredAlike(String line) throws IOException {
        isAnsweredAlike(words(line));
    }

    /** Options that several commands have count once. */
    @Test
    void aWrongOrMissingValueOfAnyArgumentIsAnsweredAlike() throws IOException {
        Set<String> seen = new HashSet<>();
        int answered = 0;
        for (String path : commands()) {
            CommandSpec spec =
                    new CommandLine(Commands.create(path, new GlobalOptions(Console.silent()))).getCommandSpec();
            for (ArgSpec argument : spec.args()) {
                String name = argument instanceof OptionSpec option ? option.longestName() : "";
                Object converter = argument.converters().length == 0 ? "" : argument.converters()[0].getClass();
                if (!seen.add(name + argument.typeInfo().getClassName() + converter + argument.paramLabel())) {
                    continue;
                }
                for (String value : List.of("nosuch", "7x", "raw:", "http://", "9999999999", "")) {
                    List<String> given = new ArrayList<>(List.of(name, value));
                    given.removeIf(String::isEmpty);
                    answered += answerIfSure(together(words(path), given));
                }
            }
        }
        assertThat(answered).isGreaterThan(seen.size());
    }

    static List<String> commands() {
        return Commands.PATHS;
    }

    /** Wrong in each way at each place, and in two ways at once. */
    @ParameterizedTest
    @MethodSource("commands")
    void aWrongLineOfACommandIsAnsweredAlike(String path) throws IOException {
        CommandSpec spec = new CommandLine(Commands.create(path, new GlobalOptions(Console.silent()))).getCommandSpec();
        List<List<String>> parts = new ArrayList<>();
        for (PositionalParamSpec operand : spec.positionalParameters()) {
            if (operand.arity().min() > 0) {
                parts.add(List.of(String.valueOf(4096 + parts.size())));
            }
        }
        for (OptionSpec option : spec.options()) {
            if (option.required()) {
                parts.add(List.of(option.longestName(), option.paramLabel().equals("FORMAT") ? "raw" : "14"));
            }
        }
        List<List<String>> wrong = List.of(
                List.of("--nosuch"),
                List.of("--jsn"),
                List.of("--format-of=x"),
                List.of("a", "b", "c", "d"),
                List.of("--quite", "--json"),
                List.of("a", "--nosuch", "b", "c"));
        List<String> first = new ArrayList<>(words(path));
        List<String> whole = new ArrayList<>(first);
        parts.forEach(whole::addAll);
        int answered = answerIfSure(first);
        for (List<String> more : wrong) {
            answered += answerIfSure(together(whole, more)) + answerIfSure(together(first, more));
        }
        for (List<String> part : parts) {
            List<String> without = new ArrayList<>(whole);
            without.removeAll(part);
            answered += answerIfSure(without) + answerIfSure(together(without, List.of("--nosuch")));
        }
        // Of resize's words picocli alone knows which are sizes with a sign.
        assertThat(answered > 0).as("answered quickly").isEqualTo(!path.equals("resize"));
    }

    private static List<String> together(List<String> line, List<String> more) {
        List<String> both = new ArrayList<>(line);
        both.addAll(more);
        return both;
    }

    private static int answerIfSure(List<String> line) throws IOException {
        if (QuickError.of(line) == null) {
            return 0;
        }
        isAnsweredAlike(line);
        return 1;
    }
}
