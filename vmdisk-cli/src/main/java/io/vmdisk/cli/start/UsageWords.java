package io.vmdisk.cli.start;

import io.vmdisk.cli.line.Console;
import io.vmdisk.cli.line.DiskArgument;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.Failure;
import io.vmdisk.cli.line.FormatConverter;
import io.vmdisk.remote.StoreAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What is wrong with a line, as somebody would say it who knows what a disk is. Without picocli, so that it is said at once;
 * {@link PicocliUsage} makes the same of picocli's errors.
 *
 * @param problem what is wrong
 * @param advice what was meant, or nothing
 */
record UsageWords(String problem, String advice) {
    /**
     * What a command can't do without.
     *
     * @param name an option's longest name, or what an operand is called
     * @param label what an option's value is called; nothing for an operand
     */
    record Needed(String name, String label) {}

    static UsageWords plain(String problem) {
        return new UsageWords(problem, "");
    }

    /** Of a word in the place of a command, in a group or in none. */
    static UsageWords noCommand(String group, String word) {
        String advice = Suggestion.forCommand(group, word)
                .map(near -> near.indexOf('\'', 1) == near.length() - 1 ? "did you mean " + near + "?" : near + ":")
                .orElse("");
        return new UsageWords("'" + (group.isEmpty() ? "" : group + " ") + word + "' is no command", advice);
    }

    /**
     * Of a word that nothing takes.
     *
     * @param options every name of an option that the command has
     * @param operands what its operands are called
     */
    static UsageWords leftOver(String word, Collection<String> options, List<String> operands) {
        if (word.startsWith("-") && !word.equals("-")) {
            return noOption(word, options);
        }
        if (!isName(word)) {
            return plain(DiskArgument.unsayable(word));
        }
        if (StoreAddress.isOne(word)) {
            // One of many operands that can't be read is left over; what is wrong with it is lost by then.
            try {
                StoreAddress.parse(word);
            } catch (IllegalArgumentException e) {
                return plain(String.valueOf(e.getMessage()));
            }
        }
        String wanted = String.join(" ", operands);
        return plain("'" + word + "' is one word too many: " + (wanted.isEmpty() ? "none" : wanted)
                + (wanted.contains(" ") ? " are" : " is") + " all that it takes");
    }

    private static UsageWords noOption(String word, Collection<String> options) {
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        String advice = Suggestion.forOption(name, options)
                .map(near -> "did you mean '" + near + "'?")
                .orElse(name.startsWith("--") ? "" : "a file of that name is './" + word + "':");
        return new UsageWords("there is no option " + name, advice);
    }

    private static boolean isName(String word) {
        try {
            return Path.of(word).getNameCount() >= 0;
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** Of what a line lacks, one at least. */
    static UsageWords missing(List<Needed> lacking) {
        List<String> names = new ArrayList<>();
        for (Needed each : lacking) {
            if (each.label().equals("FORMAT")) {
                return plain(FormatConverter.WHICH);
            }
            names.add(each.label().isEmpty() ? each.name() : each.name() + " " + each.label());
        }
        return plain(String.join(" and ", names) + (names.size() == 1 ? " is" : " are") + " missing");
    }

    /**
     * Of a value that is none of those that can be listed.
     *
     * @param name what takes it
     * @param type whose constants are the values
     */
    static UsageWords noneOf(String name, Class<?> type, String value) {
        return plain(name + " takes " + anyOf(List.copyOf(wordsFor(type))) + ", not '" + value + "'");
    }

    /**
     * Of a value that can't be read.
     *
     * @param name that of an option, or nothing for an operand, which its value tells
     */
    static UsageWords badValue(String name, String problem) {
        return plain(name.isEmpty() ? problem : name + ": " + problem);
    }

    static String noNumber(String value) {
        return "'" + value + "' is not a whole number that it takes";
    }

    /** Of an option behind which nothing stands. */
    static UsageWords valueless(String name, String wanted) {
        return plain(name + " needs " + wanted);
    }

    /** The constants of a type as they are typed. */
    static Set<String> wordsFor(Class<?> type) {
        Set<String> words = new LinkedHashSet<>();
        for (Object constant : type.getEnumConstants()) {
            words.add(constant.toString().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
        return words;
    }

    /** As in "a, b or c". */
    static String anyOf(List<String> words) {
        int last = words.size() - 1;
        return last < 1 ? String.join("", words) : String.join(", ", words.subList(0, last)) + " or " + words.get(last);
    }

    /** Tells it of a command's line and returns the exit code. */
    int tellOf(String path, Console console, List<String> line) {
        return tell(path + ": " + problem, "see 'vmdisk " + path + " --help'", console, line);
    }

    /** Tells it of a line that names no command, in a group or in none, and returns the exit code. */
    int tellOfGroup(String group, Console console, List<String> line) {
        String place = group.isEmpty() ? "vmdisk" : "vmdisk " + group;
        return tell(problem, "'" + place + " --help' lists the commands", console, line);
    }

    private int tell(String words, String help, Console console, List<String> line) {
        Failure.usage(words, advice.isEmpty() ? help : advice + " " + help)
                .tell(console.err(), line.contains("--json"));
        return ExitCodes.USAGE;
    }
}
