package io.vmdisk.cli.start;

import io.vmdisk.cli.line.GlobalOptions;
import java.util.List;
import java.util.stream.Stream;

/** Which pages of help there are; the build writes them down for {@link QuickHelp}, coloured and of two widths. */
final class HelpPage {
    /** What has commands of its own. */
    static final List<String> GROUPS = List.of("snapshot", "vmx");

    /** Whose help there is: the program, which has no words, groups, and commands. */
    static final List<String> PATHS =
            Stream.of(List.of(""), GROUPS, Commands.PATHS).flatMap(List::stream).toList();

    private static final int NARROWEST = 80;
    private static final int WIDEST = 120;
    /** Of the pages that are written down: what pipes and most terminals lead to. */
    static final List<Integer> WIDTHS = List.of(NARROWEST, WIDEST);

    private HelpPage() {}

    /** How many characters a line of help has. */
    static int width(GlobalOptions options) {
        return Math.max(NARROWEST, Math.min(WIDEST, options.console().terminal().columns()));
    }

    /** What the build writes beside this class. */
    static String fileOf(String path, int width) {
        return (path.isEmpty() ? "vmdisk" : path.replace(' ', '.')) + "." + width + ".help";
    }
}
