package io.vmdisk.cli.start;

import io.vmdisk.cli.line.Attempt;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.view.Ink;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A line that asks for help and nothing else, answered with the page that the build wrote down: no picocli. */
public final class QuickHelp {
    private final String path;
    private final InputStream page;

    private QuickHelp(String path, InputStream page) {
        this.path = path;
        this.page = page;
    }

    /** The help that the line asks for, or null if it asks for something else. */
    public static @Nullable QuickHelp of(List<String> line, GlobalOptions options) {
        int last = line.size() - 1;
        if (last < 0 || !(line.get(last).equals("--help") || line.get(last).equals("-h"))) {
            return null;
        }
        String path = String.join(" ", line.subList(0, last));
        if (!HelpPage.PATHS.contains(path)) {
            return null;
        }
        InputStream page = QuickHelp.class.getResourceAsStream(HelpPage.fileOf(path, HelpPage.width(options)));
        return page == null ? null : new QuickHelp(path, page);
    }

    /** Prints it and returns the exit code; nothing is thrown. */
    public int run(GlobalOptions options) {
        return new Attempt(options, Commands.PATHS.contains(path) ? path : "").run(() -> print(options));
    }

    private int print(GlobalOptions options) throws IOException {
        String text;
        try (page) {
            text = new String(page.readAllBytes(), StandardCharsets.UTF_8).replace("\n", System.lineSeparator());
        }
        Writer out = options.console().text();
        out.write(options.ink() == Ink.COLOURED ? text : plain(text));
        out.flush();
        return ExitCodes.DONE;
    }

    /** Without what makes terminals show colours. */
    private static String plain(String coloured) {
        StringBuilder text = new StringBuilder();
        int done = 0;
        for (int at = coloured.indexOf("\u001b["); at >= 0; at = coloured.indexOf("\u001b[", done)) {
            text.append(coloured, done, at);
            done = coloured.indexOf('m', at) + 1;
        }
        return text.append(coloured, done, coloured.length()).toString();
    }
}
