package io.vmdisk.cli.start;

import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.PicocliConverter;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * What picocli knows of the commands, as the text that {@link LineWords} reads; the build writes it.
 *
 * <p>A line for each command, and below it a line for each operand and option whose meaning is plain: one field, set once
 * or a list, no value or exactly one. What is left out here is left to picocli there; a command of which something
 * necessary would be left out is left out whole. Words of a line stand between tabs:
 *
 * <pre>
 * command  snapshot list
 * operand  FIRST  LAST  one|list  needed|optional  TYPE  CONVERTER  FIELDS
 * option   NAMES  HEADING  flag|one|list  needed|optional  TYPE  CONVERTER  FIELDS
 * names    NAMES                      for errors, of every option
 * label    LABEL                      what an operand is called
 * needed   FIELDS  NAME|LABEL  LABEL  what can't be left out, operands first
 * wanted   NAME  WORDS                what has to stand behind an option
 * </pre>
 *
 * FIELDS lead from the command to where the value goes, as in {@code global.switches.json}; a missing word is {@code -}.
 */
final class LineTable {
    /** What lines begin with. */
    static final String COMMAND = "command\t";

    static final String NAMES = "names\t";
    static final String LABEL = "label\t";
    static final String NEEDED = "needed\t";
    static final String WANTED = "wanted\t";

    static final String NONE = "-";

    private static final Set<Class<?>> PLAIN_TYPES =
            Set.of(String.class, Path.class, int.class, Integer.class, long.class, Long.class);

    private final StringBuilder text = new StringBuilder();

    private LineTable() {}

    /** What the build writes beside this class, a file for each command: the blanks of its words are dots. */
    static String fileOf(String path) {
        return path.replace(' ', '.') + ".lines";
    }

    /** The table of all commands. */
    static String of(GlobalOptions options) {
        StringBuilder all = new StringBuilder();
        for (String path : Commands.PATHS) {
            all.append(of(path, options));
        }
        return all.toString();
    }

    /** The part of one command; empty if it is left to picocli. */
    static String of(String path, GlobalOptions options) {
        LineTable table = new LineTable();
        table.add(path, new CommandLine(Commands.create(path, options)).getCommandSpec());
        return table.text.toString();
    }

    private void add(String path, CommandSpec spec) {
        Map<Field, String> places = new HashMap<>();
        collect(spec.userObject().getClass(), "", places);
        StringBuilder lines = new StringBuilder();
        for (PositionalParamSpec operand : spec.positionalParameters()) {
            String meaning = meaning(operand, places);
            if (meaning == null || operand.index().isVariable() != isList(operand)) {
                return;
            }
            int last = isList(operand) ? Integer.MAX_VALUE : operand.index().max();
            boolean needed = operand.arity().min() > 0;
            line(lines, "operand", String.valueOf(operand.index().min()), String.valueOf(last), meaning, needed);
        }
        for (OptionSpec option : spec.options()) {
            String meaning = option.usageHelp() || option.negatable() ? null : meaning(option, places);
            if (meaning != null) {
                String heading = FullLine.heading(option).strip();
                line(lines, "option", String.join(",", option.names()), orNone(heading), meaning, option.required());
            } else if (option.required()) {
                return;
            }
        }
        text.append(COMMAND).append(path).append('\n').append(lines);
        addForErrors(spec, places);
    }

    /** Not of a command that can be wrong in more ways than by its single words. */
    private void addForErrors(CommandSpec spec, Map<Field, String> places) {
        boolean several = spec.args().stream().anyMatch(argument -> validated(argument.group()));
        if (several || spec.parser().unmatchedOptionsArePositionalParams()) {
            return;
        }
        text.append(NAMES).append(String.join(",", spec.optionsMap().keySet())).append('\n');
        for (String label : PicocliUsage.labels(spec)) {
            text.append(LABEL).append(label).append('\n');
        }
        for (OptionSpec option : spec.options()) {
            if (option.arity().min() == 1 && option.arity().max() == 1) {
                text.append(WANTED)
                        .append(String.join("\t", option.longestName(), PicocliUsage.wanted(option)))
                        .append('\n');
            }
        }
        List<ArgSpec> needed = new ArrayList<>(spec.positionalParameters());
        needed.addAll(spec.options());
        needed.removeIf(argument -> !argument.required());
        if (missesTogether(spec)) {
            return;
        }
        for (ArgSpec argument : needed) {
            UsageWords.Needed words = PicocliUsage.needed(argument);
            String place = argument.userObject() instanceof Field field ? places.getOrDefault(field, NONE) : NONE;
            text.append(NEEDED)
                    .append(String.join("\t", place, words.name(), words.label()))
                    .append('\n');
        }
    }

    /** Whether picocli, where all is missing, says more than the first of it. */
    private static boolean missesTogether(CommandSpec spec) {
        try {
            spec.commandLine().parseArgs();
            return false;
        } catch (MissingParameterException e) {
            return e.getMissing().size() > 1;
        }
    }

    private static void line(
            StringBuilder lines, String kind, String first, String second, String meaning, boolean needed) {
        String filled = meaning.replace("NEEDED", needed ? "needed" : "optional");
        lines.append(String.join("\t", kind, first, second, filled)).append('\n');
    }

    private static String orNone(String word) {
        return word.isEmpty() ? NONE : word;
    }

    /** Where the fields of options and operands are; two places of one field are none. */
    private static void collect(Class<?> type, String prefix, Map<Field, String> places) {
        for (Class<?> each = type; each != Object.class; each = each.getSuperclass()) {
            for (Field field : each.getDeclaredFields()) {
                if (field.isAnnotationPresent(Mixin.class) || field.isAnnotationPresent(ArgGroup.class)) {
                    collect(field.getType(), prefix + field.getName() + ".", places);
                } else {
                    places.merge(field, prefix + field.getName(), (one, two) -> NONE);
                }
            }
        }
    }

    /** The words of a line about how the argument is taken, or null if that is not plain. */
    private static @Nullable String meaning(ArgSpec argument, Map<Field, String> places) {
        String place = argument.userObject() instanceof Field field ? places.getOrDefault(field, NONE) : NONE;
        boolean special = argument.defaultValue() != null
                || !argument.splitRegex().isEmpty()
                || argument.interactive()
                || argument.parameterConsumer() != null
                || argument.converters().length > 1
                || validated(argument.group());
        if (place.equals(NONE) || special) {
            return null;
        }
        boolean list = isList(argument);
        Class<?> type = list ? element((Field) argument.userObject()) : argument.type();
        if (argument instanceof OptionSpec option
                && type == boolean.class
                && option.arity().max() == 0) {
            return String.join("\t", "flag", "NEEDED", NONE, NONE, place);
        }
        boolean option = argument.isOption();
        if (option && (argument.arity().min() != 1 || argument.arity().max() != 1)) {
            return null;
        }
        ITypeConverter<?> converter = argument.converters().length == 0 ? null : argument.converters()[0];
        boolean known = type != null && (PLAIN_TYPES.contains(type) || type.isEnum());
        if (type == null || (converter == null && !known) || (argument.isMultiValue() && !list)) {
            return null;
        }
        if (converter != null && !(converter instanceof PicocliConverter)) {
            return null;
        }
        String by = converter instanceof PicocliConverter<?> ours
                ? ours.reader().getClass().getName()
                : NONE;
        return String.join("\t", list ? "list" : "one", "NEEDED", type.getName(), by, place);
    }

    private static boolean isList(ArgSpec argument) {
        return argument.type() == List.class;
    }

    private static boolean validated(@Nullable ArgGroupSpec inner) {
        for (ArgGroupSpec group = inner; group != null; group = group.parentGroup()) {
            if (group.validate() || group.multiplicity().max() > 1) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable Class<?> element(Field list) {
        Type type = list.getGenericType();
        return type instanceof ParameterizedType of && of.getActualTypeArguments()[0] instanceof Class<?> element
                ? element
                : null;
    }
}
