package io.vmdisk.cli.start;

import io.vmdisk.cli.line.Attempt;
import io.vmdisk.cli.line.GivenOption;
import io.vmdisk.cli.line.GlobalOptions;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A command line understood without picocli, by the table that the build made of picocli's knowledge ({@link LineTable}).
 *
 * <p>Building picocli's model takes longer than most commands themselves, and JDKs keep no archive of classes as old as
 * picocli's. Whatever is not understood here at first sight is left to {@link QuickHelp}, {@link QuickError} and in the end
 * {@link FullLine}; what is understood means the same there, which a test proves.
 */
public final class QuickLine {
    private final GlobalOptions options;
    private final String path;
    private final Callable<Integer> command;

    private QuickLine(GlobalOptions options, String path, Callable<Integer> command) {
        this.options = options;
        this.path = path;
        this.command = command;
    }

    /** The line, ready to run, or null if it is left to picocli; the options are not touched then. */
    public static @Nullable QuickLine of(List<String> line, GlobalOptions options) {
        return of(LineWords.of(line), options);
    }

    static @Nullable QuickLine of(List<String> line, GlobalOptions options, String table) throws IOException {
        return of(LineWords.of(line, new StringReader(table)), options);
    }

    /** Nothing is set before every value has turned out good. */
    private static @Nullable QuickLine of(@Nullable LineWords words, GlobalOptions options) {
        if (words == null || !words.leftOver().isEmpty() || !words.isComplete()) {
            return null;
        }
        Map<Argument, Object> values = words.values();
        if (values == null) {
            return null;
        }
        List<GivenOption> given = new ArrayList<>();
        Callable<Integer> command = Commands.create(words.path(), options);
        for (Map.Entry<Argument, Object> each : values.entrySet()) {
            each.getKey().set(command, each.getValue());
            if (!each.getKey().names().isEmpty()) {
                given.add(each.getKey().given());
            }
        }
        options.given(given);
        return new QuickLine(options, words.path(), command);
    }

    /** Runs it and returns the exit code; nothing is thrown. */
    public int run() {
        return new Attempt(options, path).run(command);
    }

    /** With all that the line says. */
    Callable<Integer> command() {
        return command;
    }
}
