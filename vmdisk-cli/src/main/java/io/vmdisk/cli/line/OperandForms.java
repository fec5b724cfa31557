package io.vmdisk.cli.line;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Commands that take a disk or a machine: the operand says which. Options that only one of them has stand under a heading
 * of their own, and are refused by name with the other.
 */
public final class OperandForms {
    /** Heads the options that only a disk has. */
    public static final String DISK = "%nOnly for a DISK:%n";
    /** Heads the options that only a machine has. */
    public static final String MACHINE = "%nOnly for a VM:%n";

    private OperandForms() {}

    /** Refuses options of the other form. */
    public static void refuseOther(GlobalOptions global, OperandKind subject) {
        boolean machine = subject == OperandKind.MACHINE;
        for (GivenOption option : global.given()) {
            if ((machine ? DISK : MACHINE).equals(option.heading())) {
                throw new UsageException(option.name() + " is only for a " + (machine ? "DISK" : "VM") + ", this is a "
                        + (machine ? "VM" : "DISK"));
            }
        }
    }

    /**
     * The words of an option as what they mean in one form.
     *
     * @param known every word of that form
     */
    public static <T> List<T> words(String option, List<String> words, List<T> known, Function<T, String> word) {
        return words.stream()
                .map(given -> known.stream()
                        .filter(each -> word.apply(each).equalsIgnoreCase(given))
                        .findFirst()
                        .orElseThrow(() -> new UsageException("'" + given + "' is nothing for " + option + " here: "
                                + known.stream().map(word).collect(Collectors.joining(", ")))))
                .toList();
    }
}
