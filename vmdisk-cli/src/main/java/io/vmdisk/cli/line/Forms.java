package io.vmdisk.cli.line;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * Commands that take a disk or a machine: the operand says which. Options that only one of them has stand under a heading
 * of their own, and are refused by name with the other.
 */
public final class Forms {
    /** Heads the options that only a disk has. */
    public static final String DISK = "%nOnly for a DISK:%n";
    /** Heads the options that only a machine has. */
    public static final String MACHINE = "%nOnly for a VM:%n";

    private Forms() {}

    /** Refuses options of the other form. */
    public static void refuseOther(CommandSpec spec, Subject subject) {
        boolean machine = subject == Subject.MACHINE;
        for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
            if ((machine ? DISK : MACHINE).equals(heading(option))) {
                throw new ParameterException(
                        spec.commandLine(),
                        option.longestName() + " is only for a " + (machine ? "DISK" : "VM") + ", this is a "
                                + (machine ? "VM" : "DISK"));
            }
        }
    }

    /**
     * The words of an option as what they mean in one form.
     *
     * @param known every word of that form
     */
    public static <T> List<T> words(
            CommandSpec spec, String option, List<String> words, List<T> known, Function<T, String> word) {
        return words.stream()
                .map(given -> known.stream()
                        .filter(each -> word.apply(each).equalsIgnoreCase(given))
                        .findFirst()
                        .orElseThrow(() -> new ParameterException(
                                spec.commandLine(),
                                "'" + given + "' is nothing for " + option + " here: "
                                        + known.stream().map(word).collect(Collectors.joining(", ")))))
                .toList();
    }

    private static String heading(OptionSpec option) {
        String heading = "";
        for (ArgGroupSpec group = option.group(); group != null; group = group.parentGroup()) {
            heading = group.heading() == null ? heading : group.heading();
        }
        return heading;
    }
}
