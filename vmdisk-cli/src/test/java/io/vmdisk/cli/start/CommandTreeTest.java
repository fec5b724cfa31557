package io.vmdisk.cli.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.Examples;
import io.vmdisk.cli.LetterMeanings;
import io.vmdisk.cli.line.Console;
import io.vmdisk.cli.line.GlobalOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Walks every command there is. */
class CommandTreeTest {
    private static CommandLine all() {
        return CommandTree.all(new GlobalOptions(Console.silent()));
    }

    static List<CommandSpec> specs() {
        List<CommandSpec> found = new ArrayList<>();
        collect(all().getCommandSpec(), found);
        return found;
    }

    private static void collect(CommandSpec spec, List<CommandSpec> found) {
        found.add(spec);
        spec.subcommands().values().forEach(child -> collect(child.getCommandSpec(), found));
    }

    static Stream<CommandSpec> leaves() {
        return specs().stream().filter(spec -> spec.subcommands().isEmpty());
    }

    /** Each is a paragraph that the help fills: one that ends amid a sentence makes ragged lines. */
    @ParameterizedTest
    @MethodSource("leaves")
    void describesEachCommandInWholeSentences(CommandSpec spec) {
        assertThat(spec.usageMessage().description()).isNotEmpty().allMatch(text -> text.matches("(?s).*[.:]"));
    }

    @Test
    void hasNoCommandTwice() {
        assertThat(Commands.PATHS).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("leaves")
    void namesEachCommandAsItsClassDoes(CommandSpec spec) {
        String path = spec.qualifiedName(" ").substring("vmdisk ".length());

        assertThat(Commands.PATHS).contains(path);
        assertThat(spec.userObject()
                        .getClass()
                        .getAnnotation(CommandLine.Command.class)
                        .name())
                .isEqualTo(spec.name());
    }

    @ParameterizedTest
    @MethodSource("specs")
    void describesEveryCommandOptionAndArgument(CommandSpec spec) {
        assertThat(spec.usageMessage().description()).isNotEmpty();
        for (ArgSpec argument : spec.args()) {
            assertThat(argument.description())
                    .as("%s of %s", argument, spec.qualifiedName())
                    .isNotEmpty();
            assertThat(String.join(" ", argument.description())).endsWith(".");
        }
    }

    /** The list of all commands shows it, and nothing behind it. */
    @ParameterizedTest
    @MethodSource("specs")
    void beginsEveryDescriptionWithALineThatStandsAlone(CommandSpec spec) {
        assertThat(spec.usageMessage().description()[0]).endsWith(".");
    }

    @ParameterizedTest
    @MethodSource("specs")
    void writesLongNamesInKebabCase(CommandSpec spec) {
        for (OptionSpec option : spec.options()) {
            for (String name : option.names()) {
                assertThat(name).matches("--[a-z0-9]+(-[a-z0-9]+)*|-[a-zA-Z]");
            }
        }
    }

    @Test
    void givesNoLetterTwoMeanings() {
        Map<String, String> meanings = new HashMap<>();
        for (CommandSpec spec : specs()) {
            for (OptionSpec option : spec.options()) {
                String meaning = LetterMeanings.of(option);
                String before = meanings.putIfAbsent(option.shortestName(), meaning);
                assertThat(before == null ? meaning : before)
                        .as("%s in %s", option.shortestName(), spec.qualifiedName())
                        .isEqualTo(meaning);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("leaves")
    void showsExamplesThatParse(CommandSpec spec) {
        List<String> examples = Examples.of(spec);

        assertThat(examples).as(spec.qualifiedName()).isNotEmpty();
        for (String example : examples) {
            List<String> words = Examples.words(example);
            assertThat(example).startsWith(spec.qualifiedName() + " ");
            String path = Commands.pathOf(words);
            assertThat(path).isNotNull();
            CommandTree.of(List.of(path), new GlobalOptions(Console.silent())).parseArgs(words.toArray(new String[0]));
        }
    }

    @ParameterizedTest
    @MethodSource("specs")
    void hasAManPageForEachCommand(CommandSpec spec) {
        String page = new ManPage(spec).text();

        assertThat(page).startsWith(".TH " + spec.qualifiedName("-").toUpperCase(java.util.Locale.ROOT));
        assertThat(page).contains("\n.SH NAME\n", "\n.SH SYNOPSIS\n");
        assertThat(page).doesNotContain("%n").contains("\n.SH SEE ALSO\n");
        assertThat(page.contains("\n.SH ENVIRONMENT\n") && page.contains("\n.SH FILES\n"))
                .isEqualTo(spec.parent() == null);
    }
}
