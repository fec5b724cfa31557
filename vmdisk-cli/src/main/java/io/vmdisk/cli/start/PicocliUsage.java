package io.vmdisk.cli.start;

import io.vmdisk.cli.line.DiskArgument;
import io.vmdisk.cli.start.UsageWords.Needed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** An error of picocli in words of ours. */
final class PicocliUsage {
    private PicocliUsage() {}

    /**
     * The words for an error of a command.
     *
     * @param words the whole line
     */
    static UsageWords of(ParameterException error, List<String> words) {
        CommandSpec spec = error.getCommandLine().getCommandSpec();
        if (error instanceof UnmatchedArgumentException unmatched) {
            return unmatched(spec, unmatched.getUnmatched().get(0));
        }
        if (error instanceof MissingParameterException missing) {
            String unknown = unknownOption(spec, words);
            return unknown == null ? missing(missing) : unmatched(spec, unknown);
        }
        if (error instanceof OverwrittenOptionException twice) {
            return UsageWords.plain(nameOf(twice.getOverwritten()) + " is given twice");
        }
        ArgSpec argument = error.getArgSpec();
        if (argument != null && error.getValue() != null) {
            return badValue(error, argument, error.getValue());
        }
        return UsageWords.plain(String.valueOf(error.getMessage()));
    }

    private static UsageWords unmatched(CommandSpec spec, String word) {
        return UsageWords.leftOver(word, spec.optionsMap().keySet(), labels(spec));
    }

    /** What the operands are called, each once. */
    static List<String> labels(CommandSpec spec) {
        return spec.positionalParameters().stream()
                .map(ArgSpec::paramLabel)
                .distinct()
                .toList();
    }

    /** A word that looks like an option where an operand is missing: that is what went wrong first. */
    private static @Nullable String unknownOption(CommandSpec spec, List<String> words) {
        for (String word : words) {
            if (word.equals("--")) {
                return null;
            }
            String name = word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
            boolean known = spec.optionsMap().containsKey(name)
                    || (name.length() > 1 && spec.optionsMap().containsKey(name.substring(0, 2)));
            if (word.length() > 1 && word.startsWith("-") && !known) {
                return word;
            }
        }
        return null;
    }

    private static UsageWords missing(MissingParameterException error) {
        List<Needed> lacking = new ArrayList<>();
        for (ArgSpec argument : error.getMissing()) {
            boolean valueless = argument instanceof OptionSpec
                    && String.valueOf(error.getMessage()).contains("for option");
            if (valueless) {
                return UsageWords.valueless(nameOf(argument), wanted(argument));
            }
            lacking.add(needed(argument));
        }
        return lacking.isEmpty() ? UsageWords.plain(String.valueOf(error.getMessage())) : UsageWords.missing(lacking);
    }

    static Needed needed(ArgSpec argument) {
        return new Needed(nameOf(argument), argument instanceof OptionSpec ? argument.paramLabel() : "");
    }

    /** What has to stand behind an option. */
    static String wanted(ArgSpec argument) {
        if (argument.paramLabel().equals("DANGER")) {
            return "the danger that the error named";
        }
        Set<String> words = wordsOf(argument);
        return words.isEmpty() ? "a " + argument.paramLabel() : UsageWords.anyOf(List.copyOf(words));
    }

    private static UsageWords badValue(ParameterException error, ArgSpec argument, String value) {
        Class<?> type = enumOf(argument);
        if (type != null) {
            return UsageWords.noneOf(nameOf(argument), type, value);
        }
        String problem;
        if (argument.converters().length > 0 && error.getCause() instanceof TypeConversionException ours) {
            problem = String.valueOf(ours.getMessage());
        } else if (Path.class.equals(typeOf(argument))) {
            problem = DiskArgument.unsayable(value);
        } else if (typeOf(argument).isPrimitive() || Number.class.isAssignableFrom(typeOf(argument))) {
            problem = UsageWords.noNumber(value);
        } else {
            problem = "'" + value + "' is not what it takes";
        }
        return UsageWords.badValue(argument instanceof OptionSpec ? nameOf(argument) : "", problem);
    }

    /** Every value that an argument can have, if they can be listed. */
    static Set<String> wordsOf(ArgSpec argument) {
        Class<?> type = enumOf(argument);
        if (type != null) {
            return UsageWords.wordsFor(type);
        }
        Set<String> words = new LinkedHashSet<>();
        if (argument.completionCandidates() != null) {
            argument.completionCandidates().forEach(words::add);
        }
        return words;
    }

    private static @Nullable Class<?> enumOf(ArgSpec argument) {
        Class<?> type = typeOf(argument);
        return type.isEnum() && argument.converters().length == 0 ? type : null;
    }

    private static Class<?> typeOf(ArgSpec argument) {
        return argument.auxiliaryTypes().length > 0 ? argument.auxiliaryTypes()[0] : argument.type();
    }

    private static String nameOf(ArgSpec argument) {
        return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
    }
}
