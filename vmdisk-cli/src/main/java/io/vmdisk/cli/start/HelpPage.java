package io.vmdisk.cli.start;

import io.vmdisk.cli.line.GlobalOptions;
import java.util.List;
import java.util.stream.Stream;

/** Which pages of help there are; the build writes them down for {@link QuickHelp}, coloured and of a few widths. */
final class HelpPage {
    /** What has commands of its own. */
    static final List<String> GROUPS = List.of("snapshot", "vmx");

    /** Whose help there is: the program, which has no words, groups, and commands. */
    static final List<String> PATHS =
            Stream.of(List.of(""), GROUPS, Commands.PATHS).flatMap(List::stream).toList();

    private static final int NARROWEST = 80;
    private static final int WIDEST = 120;
    private static final int STEP = 10;
    /** Of the pages that are written down: there are no others. */
    static final List<Integer> WIDTHS = List.of(NARROWEST, 90, 100, 110, WIDEST);

    private HelpPage() {}

    /** How many characters a line of help has at most: what the terminal shows, in steps that give few pages. */
    static int width(GlobalOptions options) {
        int columns = options.console().terminal().columns();
        return Math.max(NARROWEST, Math.min(WIDEST, columns / STEP * STEP));
    }

    /** What the build writes beside this class. */
    static String fileOf(String path, int width) {
        return (path.isEmpty() ? "vmdisk" : path.replace(' ', '.')) + "." + width + ".help";
    }
}
