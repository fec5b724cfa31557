package io.vmdisk.cli;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * A command that takes a disk or a machine: each form has options under a heading of its own, and those of the other are
 * refused by name.
 *
 * @param spec the command
 */
record TwoForms(CommandSpec spec) {
    /** Heads the options that are for a disk only. */
    static final String DISK = "%nFor a DISK:%n";

    /** Heads the options that are for a machine only. */
    static final String MACHINE = "%nFor a VM:%n";

    /** Refuses what is for machines; {@code target} is a disk. */
    void requireDisk(Object target) {
        refuse(MACHINE, "is for a VM, and " + target + " is a disk");
    }

    /** Refuses what is for disks; {@code target} is a machine. */
    void requireMachine(Object target) {
        refuse(DISK, "is for a DISK, and " + target + " is a VM");
    }

    private void refuse(String heading, String problem) {
        for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
            if (isUnder(option.group(), heading)) {
                throw usage(option.longestName() + " " + problem);
            }
        }
    }

    private static boolean isUnder(@Nullable ArgGroupSpec group, String heading) {
        return group != null && (heading.equals(group.heading()) || isUnder(group.parentGroup(), heading));
    }

    /**
     * The words of an option as what they mean in one form.
     *
     * @param known every word of that form
     */
    <T> List<T> words(String option, List<String> words, List<T> known, Function<T, String> word) {
        return words.stream()
                .map(given -> known.stream()
                        .filter(each -> word.apply(each).equalsIgnoreCase(given))
                        .findFirst()
                        .orElseThrow(() -> usage("'" + given + "' is nothing for " + option + " here: "
                                + known.stream().map(word).collect(Collectors.joining(", ")))))
                .toList();
    }

    /** A complaint about the command line. */
    ParameterException usage(String problem) {
        return new ParameterException(spec.commandLine(), problem);
    }
}
