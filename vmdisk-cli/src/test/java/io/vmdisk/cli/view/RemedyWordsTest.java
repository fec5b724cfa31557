package io.vmdisk.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Action;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.cli.line.Console;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.start.CommandTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The library offers; the command line has the words, and they are words of commands that exist. */
class RemedyWordsTest {
    private static final Path ROOT =
            Path.of(System.getProperty("vmdisk.root", "..")).toAbsolutePath().normalize();
    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\\\n]|\\\\.)*)\"");
    /** What other programs are called with. */
    private static final Pattern OTHERS = Pattern.compile("'(?:qemu-img|nbdinfo|cloud-init|tar) [^']*'?");

    @Test
    void noTextOfTheLibraryNamesACommandOrAnOption() throws IOException {
        String commands = String.join("|", names(CommandTree.all(new GlobalOptions(Console.silent()))));
        Pattern named = Pattern.compile(
                "\\bvmdisk (?:" + commands + ")\\b|['`](?:" + commands + ")(?: [^'`]*)?['`]|(?:^|[\\s'(=])--[a-z]");
        List<String> found = new ArrayList<>();
        for (String module : List.of("vmdisk-core", "vmdisk-snapshot")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src"))) {
                for (Path file : files.filter(RemedyWordsTest::isOurs).toList()) {
                    for (String literal : literals(file)) {
                        if (named.matcher(OTHERS.matcher(literal).replaceAll(""))
                                .find()) {
                            found.add(file.getFileName() + ": " + literal);
                        }
                    }
                }
            }
        }

        assertThat(found).isEmpty();
    }

    private static boolean isOurs(Path file) {
        String name = file.toString();
        return (name.contains("/src/main/") || name.contains("/src/main/java22/"))
                && (name.endsWith(".java") || name.endsWith(".tsv"));
    }

    /** What a file says: the texts of a table, the literals of a source without its comments. */
    private static List<String> literals(Path file) throws IOException {
        String text = Files.readString(file);
        if (file.toString().endsWith(".tsv")) {
            return text.lines().filter(line -> !line.startsWith("#")).toList();
        }
        List<String> all = new ArrayList<>();
        for (String line : text.lines().toList()) {
            String code = line.strip();
            if (!code.startsWith("*") && !code.startsWith("/*") && !code.startsWith("//")) {
                Matcher literal = LITERAL.matcher(code);
                while (literal.find()) {
                    all.add(literal.group(1));
                }
            }
        }
        return all;
    }

    private static Set<String> names(CommandLine command) {
        Set<String> names = new TreeSet<>(command.getSubcommands().keySet());
        command.getSubcommands().values().forEach(below -> names.addAll(names(below)));
        return names;
    }

    @Test
    void everyActionIsACommandThatExistsWithItsOptions() {
        for (Kind kind : Kind.values()) {
            for (Action action : List.of(
                    new Action(kind, Optional.empty(), List.of()),
                    new Action(kind, Optional.of(Path.of("web 01.vmdk")), values(kind)))) {
                List<String> words = RemedyWords.command(action);
                if (!words.isEmpty()) {
                    requireExists(words);
                }
            }
        }
    }

    private static List<String> values(Kind kind) {
        return kind == Kind.SET_KEY || kind == Kind.UNSET_KEY ? List.of("memsize") : List.of("1");
    }

    private static void requireExists(List<String> words) {
        CommandLine command = CommandTree.all(new GlobalOptions(Console.silent()));
        int at = 1;
        while (at < words.size() && command.getSubcommands().containsKey(words.get(at))) {
            command = command.getSubcommands().get(words.get(at++));
        }
        assertThat(at).as(words.toString()).isGreaterThan(1);
        for (String word : words.subList(at, words.size())) {
            if (word.startsWith("-")) {
                String name = word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
                assertThat(command.getCommandSpec().findOption(name))
                        .as(words + ": " + name)
                        .isNotNull();
            }
        }
    }

    @Test
    void everyChoiceIsAnOptionOfSomeCommand() {
        Set<String> options = options(CommandTree.all(new GlobalOptions(Console.silent())));
        for (Kind kind : Kind.values()) {
            if (kind.isChoice() && kind != Kind.RAW && kind != Kind.NATIVE_ACCESS) {
                Remedy remedy = kind == Kind.ALLOW || kind == Kind.DISK ? Remedy.of(kind, "1") : Remedy.of(kind);
                String word = RemedyWords.text(remedy).split("[ =]", 2)[0];
                assertThat(options).as(kind.key()).contains(word);
            }
        }
    }

    private static Set<String> options(CommandLine command) {
        Set<String> options = command.getCommandSpec().options().stream()
                .flatMap(option -> Stream.of(option.names()))
                .collect(Collectors.toCollection(TreeSet::new));
        command.getSubcommands().values().forEach(below -> options.addAll(options(below)));
        return options;
    }

    @Test
    void aCommandCanBePastedIntoAShell() {
        Remedy remedy = Remedy.say("copy it; ")
                .with(Kind.REPAIR_TABLES, Path.of("/vms/web 01/$HOME.vmdk"))
                .and(" settles it");

        assertThat(RemedyWords.text(remedy))
                .isEqualTo("copy it; 'vmdisk repair --tables \"/vms/web 01/\\$HOME.vmdk\"' settles it");
        assertThat(remedy.text()).isEqualTo("copy it; a repair of the tables of /vms/web 01/$HOME.vmdk settles it");
    }

    @Test
    void whatStandsBeforeTheDiskIsSaidOnlyWithADisk() {
        assertThat(RemedyWords.text(Remedy.of(Kind.SALVAGE))).isEqualTo("'vmdisk repair --salvage'");
        assertThat(RemedyWords.text(Remedy.of(Kind.SALVAGE).about(Path.of("a.vmdk"))))
                .isEqualTo("'vmdisk repair --salvage NEW a.vmdk'");
    }
}
