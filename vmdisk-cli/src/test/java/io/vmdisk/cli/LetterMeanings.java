package io.vmdisk.cli;

import picocli.CommandLine.Model.OptionSpec;

/** What an option means, so that one letter can be compared over all commands. */
public final class LetterMeanings {
    private LetterMeanings() {}

    /** Its long name; for a bare letter its label, or its description if it takes no value. */
    public static String of(OptionSpec option) {
        if (option.longestName().startsWith("--")) {
            return option.longestName();
        }
        return option.arity().max() == 0 ? String.join(" ", option.description()) : option.paramLabel();
    }
}
