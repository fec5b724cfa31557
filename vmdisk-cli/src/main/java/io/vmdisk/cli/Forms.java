package io.vmdisk.cli;

import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * Commands that take a disk or a machine: the operand says which. Options that only one of them has stand under a heading
 * of their own, and are refused by name with the other.
 */
final class Forms {
    /** Heads the options that only a disk has. */
    static final String DISK = "%nOnly for a DISK:%n";
    /** Heads the options that only a machine has. */
    static final String MACHINE = "%nOnly for a VM:%n";

    private Forms() {}

    /** Refuses options of the other form. */
    static void refuseOther(CommandSpec spec, Subject subject) {
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

    private static String heading(OptionSpec option) {
        String heading = "";
        for (ArgGroupSpec group = option.group(); group != null; group = group.parentGroup()) {
            heading = group.heading() == null ? heading : group.heading();
        }
        return heading;
    }
}
