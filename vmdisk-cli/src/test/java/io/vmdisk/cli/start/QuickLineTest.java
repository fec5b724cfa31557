package io.vmdisk.cli.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.Examples;
import io.vmdisk.cli.Sample;
import io.vmdisk.cli.StepClock;
import io.vmdisk.cli.line.CancelSwitch;
import io.vmdisk.cli.line.Console;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** A quick line means what picocli would make of it, and whatever is not understood is left to picocli. */
class QuickLineTest {
    private static final String TABLE = LineTable.of(new GlobalOptions(Console.silent()));

    @TempDir
    Path folder;

    private record Told(int code, String out, String err) {}

    private interface Way {
        int run(GlobalOptions options) throws Exception;
    }

    private static Told tell(Way way) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                new ByteArrayInputStream(new byte[0]), out, err, Terminal.NONE, new StepClock(), new CancelSwitch());
        int code = way.run(new GlobalOptions(console));
        return new Told(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private List<String> words(String line) throws IOException {
        Path vm = Sample.copyTo(folder);
        return List.of(line.replace("VM", vm.toString()).split(" "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "info VM/web01-000002.vmdk",
                "info --json VM/web01-000002.vmdk",
                "info VM/web01.vmdk --json",
                "info raw:VM/web01.vmdk",
                "info VM/missing.vmdk",
                "info --json VM/missing.vmdk",
                "info VM/web01.vmsd",
                "map VM/web01-000002.vmdk",
                "map --json VM/web01-000002.vmdk",
                "map raw:VM/web01.vmdk",
                "map VM/missing.vmdk",
                "map -q VM/web01.vmdk",
                "info --quiet --json VM/web01.vmdk",
                "compare VM/web01-000002.vmdk VM/web01.vmdk",
                "compare VM/web01.vmdk VM/web01.vmdk --json",
                "compare -q VM/web01.vmdk raw:VM/web01.vmdk",
                "compare VM/web01.vmdk VM/missing.vmdk",
                "info -v --color never VM/web01.vmdk",
                "info VM/web01.vmx",
                "check --chain --data VM/web01-000002.vmdk",
                "check --chain VM/web01.vmx",
                "check --search VM --json VM/web01.vmx",
                "check --search VM VM/web01.vmdk",
                "snapshot list --json VM/web01.vmx",
                "vmx get VM/web01.vmx memSize",
                "vmx get VM/web01.vmx nothing --progress=PLAIN",
                "vmx list --json VM/web01.vmx",
                "map --start 64K --length=1M VM/web01.vmdk",
                "map --image VM/new.svg --start 1 VM/web01.vmdk",
                "read --offset 1T VM/web01.vmdk",
                "hardware --json --hw 14",
                "files VM/web01.vmx",
                "info",
                "info --json VM/web01.vmx VM/web01.vmdk",
                "snapshot list VM/web01.vmx VM/web01.vmx",
                "convert VM/missing.vmdk VM/new.raw -O raw",
                "convert VM/web01.vmdk VM/web01-000001.vmdk -O monolithicSparse",
            })
    void aQuickLineAnswersAsPicocliWouldHaveIt(String line) throws Exception {
        List<String> words = words(line);

        Told quickly = tell(options -> {
            QuickLine quick = QuickLine.of(words, options, TABLE);
            assertThat(quick).isNotNull();
            return quick.run();
        });

        assertThat(quickly).isEqualTo(tell(options -> new FullLine(options).run(words)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "convert VM/web01-000002.vmdk VM/new.raw -O raw",
                "convert --format MONOLITHICSPARSE --json VM/web01.vmdk VM/new.raw",
                "convert -q -O thin raw:VM/web01.vmdk VM/new.raw",
            })
    void aQuickConversionMakesWhatPicocliWouldHaveItMake(String line) throws Exception {
        List<String> words = words(line);
        Path made = folder.resolve(words.stream()
                .filter(word -> word.endsWith("new.raw"))
                .findFirst()
                .orElseThrow());

        Told quickly = tell(options -> QuickLine.of(words, options, TABLE).run());
        long size = Files.size(made);
        Files.delete(made);
        Files.deleteIfExists(made.resolveSibling("new-flat.vmdk"));
        Files.deleteIfExists(made.resolveSibling("new.raw-flat.vmdk"));
        Told full = tell(options -> new FullLine(options).run(words));

        assertThat(quickly).isEqualTo(full);
        assertThat(full.code()).isZero();
        assertThat(Files.size(made)).isEqualTo(size);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "map",
                "map --json",
                "info --json --json disk",
                "map one two",
                "info @arguments",
                "info --help",
                "info -q -q disk",
                "convert one two -O",
                "convert one two -O raw -O raw",
                "convert one two -O raw --format raw",
                "convert one two -O nonsense",
                "convert one - -O raw",
                "info -- disk",
                "info -jq disk",
                "info --json=true disk",
                "info --json=",
                "read --offset",
                "read --offset= disk",
                "read --offset x disk",
                "read --offset 1 --offset 2 disk",
                "read --offset -1 disk",
                "check --threads 0x10 disk",
                "check --threads 010 disk",
                "check --progress loud disk",
                "hash --algorithm md5,sha1 disk",
                "resize disk -1G",
                "clone --linked disk new",
                "vmx",
                "vmx get",
                "vmx get one",
                "vmx upgrade one",
                "files one two",
                "info raw:",
                "infos disk",
                "--json info disk",
            })
    void anyOtherLineIsLeftToPicocli(String line) throws Exception {
        tell(options -> {
            assertThat(QuickLine.of(List.of(line.split(" ")), options, TABLE)).isNull();
            assertThat(options.json()).isFalse();
            return ExitCodes.DONE;
        });
    }

    @Test
    void noWordsAndEmptyWordsAreLeftToPicocli() throws Exception {
        tell(options -> {
            assertThat(QuickLine.of(List.of(), options, TABLE)).isNull();
            assertThat(QuickLine.of(List.of("info", ""), options, TABLE)).isNull();
            assertThat(QuickLine.of(List.of("info", "a\0b"), options, TABLE)).isNull();
            return ExitCodes.DONE;
        });
    }

    @Test
    void everyExampleIsUnderstoodAsPicocliUnderstandsIt() throws Exception {
        List<String> left = new ArrayList<>();
        int understood = 0;
        for (String path : Commands.PATHS) {
            CommandLine alone = new CommandLine(Commands.create(path, new GlobalOptions(Console.silent())));
            for (String example : Examples.of(alone.getCommandSpec())) {
                List<String> words = Examples.words(example);
                if (isUnderstoodAlike(words)) {
                    understood++;
                } else {
                    left.add(example);
                }
            }
        }
        assertThat(understood).as("left: %s", left).isGreaterThan(9 * left.size());
    }

    /** One after another, and all those that go together, on top of what the command needs. */
    @ParameterizedTest
    @MethodSource("commands")
    void everyOptionIsUnderstoodAsPicocliUnderstandsIt(String path) throws Exception {
        CommandLine alone = new CommandLine(Commands.create(path, new GlobalOptions(Console.silent())));
        List<String> line = new ArrayList<>(List.of(path.split(" ")));
        for (PositionalParamSpec operand : alone.getCommandSpec().positionalParameters()) {
            line.add(valueFor(operand));
        }
        for (OptionSpec option : alone.getCommandSpec().options()) {
            if (option.required()) {
                line.addAll(List.of(option.longestName(), valueFor(option)));
            }
        }
        for (OptionSpec option : alone.getCommandSpec().options()) {
            if (!option.required() && !option.usageHelp()) {
                List<String> longer = new ArrayList<>(line);
                longer.add(option.shortestName());
                if (option.arity().max() == 1) {
                    longer.add(valueFor(option));
                }
                isUnderstoodAlike(longer);
            }
        }
    }

    private static List<String> commands() {
        return Commands.PATHS;
    }

    private static String valueFor(ArgSpec argument) {
        String range = argument.paramLabel();
        Class<?> type = argument.isMultiValue() ? String.class : argument.type();
        if (type.isEnum() && argument.converters().length == 0) {
            return type.getEnumConstants()[0].toString();
        }
        return switch (range) {
            case "SIZE", "N", "COUNT" -> "4096";
            case "FORMAT" -> "raw";
            default -> "name" + range.length();
        };
    }

    /** Whether it is understood quickly at all; then both ways set every field alike. */
    private static boolean isUnderstoodAlike(List<String> words) throws Exception {
        GlobalOptions options = new GlobalOptions(Console.silent());
        QuickLine quick = QuickLine.of(words, options, TABLE);
        if (quick == null) {
            return false;
        }
        String path = Commands.pathOf(words);
        CommandLine root = CommandTree.of(List.of(path), new GlobalOptions(Console.silent()));
        ParseResult leaf = root.parseArgs(words.toArray(new String[0]));
        while (leaf.hasSubcommand()) {
            leaf = leaf.subcommand();
        }
        Object full = leaf.commandSpec().userObject();
        assertThat(told(quick.command(), "")).as("%s", words).isEqualTo(told(full, ""));
        return true;
    }

    private static String told(@Nullable Object value, String name) throws IllegalAccessException {
        if (value instanceof List<?> list) {
            StringBuilder text = new StringBuilder();
            for (Object each : list) {
                text.append(told(each, name + "[]"));
            }
            return text.append(name).append(list.size()).append('\n').toString();
        }
        boolean leaf = value == null
                || value instanceof Enum
                || value instanceof Console
                || !value.getClass().getName().startsWith("io.vmdisk.cli.");
        if (leaf) {
            boolean nameless = value instanceof Console || value instanceof CommandSpec;
            return nameless ? "" : name + " = " + value + "\n";
        }
        StringBuilder text = new StringBuilder();
        for (Field field : value.getClass().getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers()) && !field.getName().equals("given")) {
                field.setAccessible(true);
                text.append(told(field.get(value), name + "." + field.getName()));
            }
        }
        return text.toString();
    }
}
