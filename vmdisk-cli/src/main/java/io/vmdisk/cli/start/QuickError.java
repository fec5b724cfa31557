package io.vmdisk.cli.start;

import io.vmdisk.cli.line.Attempt;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.start.UsageWords.Needed;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A wrong line that is answered without picocli, which takes longer than most commands: a word that is no command or no
 * option, or no value of one, one too many, or one that is missing. What is wrong in another way is left to {@link FullLine}.
 *
 * @param words what is wrong
 * @param path the command, or nothing
 * @param group the first word of the commands that were meant, or nothing
 */
public record QuickError(UsageWords words, String path, String group) {
    private static final List<String> ROOT_OPTIONS = List.of("-h", "--help", "-V", "--version");

    /** What is wrong with the line, or null if that is not certain. */
    public static @Nullable QuickError of(List<String> line) {
        if (line.isEmpty()) {
            return inGroup("", UsageWords.plain("no command"));
        }
        return Commands.pathOf(line) == null ? ofNoCommand(line) : ofCommand(LineWords.of(line));
    }

    private static QuickError inGroup(String group, UsageWords words) {
        return new QuickError(words, "", group);
    }

    private static @Nullable QuickError ofNoCommand(List<String> line) {
        String first = line.get(0);
        if (first.startsWith("-")) {
            return ROOT_OPTIONS.contains(first)
                    ? null
                    : inGroup("", UsageWords.plain("options stand behind the command: " + first));
        }
        boolean inGroup = HelpPage.GROUPS.contains(first);
        if (inGroup && line.size() == 1) {
            return inGroup(first, UsageWords.plain("'vmdisk " + first + "' needs a command"));
        }
        int at = inGroup ? 1 : 0;
        if (line.get(at).startsWith("-")) {
            return null;
        }
        for (String word : line.subList(at, line.size())) {
            if (meansMore(word)) {
                return null;
            }
        }
        String group = inGroup ? first : "";
        return inGroup(group, UsageWords.noCommand(group, line.get(at)));
    }

    /** Whether picocli may find something in it though it stands behind a command that there is not. */
    private static boolean meansMore(String word) {
        boolean shortOption = word.startsWith("-") && !(word.startsWith("--") && word.length() > 2);
        return word.isEmpty()
                || word.startsWith("@")
                || shortOption
                || word.startsWith("--help")
                || word.startsWith("--version")
                || HelpPage.GROUPS.contains(word)
                || Commands.PATHS.stream().anyMatch(path -> path.equals(word) || path.endsWith(" " + word));
    }

    static @Nullable QuickError ofCommand(@Nullable LineWords line) {
        if (line == null || line.optionNames().isEmpty()) {
            return null;
        }
        UsageWords refused = line.refused();
        if (refused != null) {
            return new QuickError(refused, line.path(), "");
        }
        if (line.isValueless() || line.values() == null) {
            return null;
        }
        List<String> leftOver = line.leftOver();
        if (!line.isComplete()) {
            // An option that there is not may be what took the place of what is missing.
            List<String> options =
                    leftOver.stream().filter(word -> word.startsWith("-")).toList();
            List<Needed> lacking = line.lacking();
            if (options.isEmpty()) {
                return lacking.isEmpty() ? null : new QuickError(UsageWords.missing(lacking), line.path(), "");
            }
            leftOver = options;
        }
        if (leftOver.isEmpty()) {
            return null;
        }
        UsageWords words = UsageWords.leftOver(leftOver.get(0), line.optionNames(), line.operandLabels());
        return new QuickError(words, line.path(), "");
    }

    /**
     * Tells it and returns the exit code.
     *
     * @param line as typed
     */
    public int run(GlobalOptions options, List<String> line) {
        return new Attempt(options, path)
                .run(() -> path.isEmpty()
                        ? words.tellOfGroup(group, options.console(), line)
                        : words.tellOf(path, options.console(), line));
    }
}
