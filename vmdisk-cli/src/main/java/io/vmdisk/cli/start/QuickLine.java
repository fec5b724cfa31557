package io.vmdisk.cli.start;

import io.vmdisk.cli.line.Attempt;
import io.vmdisk.cli.line.GivenOption;
import io.vmdisk.cli.line.GlobalOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A command line understood without picocli, by the table that the build made of picocli's knowledge ({@link LineTable}).
 *
 * <p>Building picocli's model takes longer than most commands themselves, and JDKs keep no archive of classes as old as
 * picocli's. Whatever is not understood here at first sight, help and errors among it, is left to {@link FullLine}; what is
 * understood means the same there, which a test proves.
 */
public final class QuickLine {
    /** What the build writes beside this class, a file for each command: where the blanks of its words are dots, and this. */
    static final String TABLE_END = ".lines";

    private final GlobalOptions options;
    private final String path;
    private final List<Argument> operands = new ArrayList<>();
    private final Map<String, Argument> named = new LinkedHashMap<>();
    /** As typed, in the order of the first word for each. */
    private final Map<Argument, List<String>> words = new LinkedHashMap<>();

    private @Nullable Callable<Integer> command;

    private QuickLine(GlobalOptions options, String path) {
        this.options = options;
        this.path = path;
    }

    /** The line, ready to run, or null if it is left to picocli; the options are not touched then. */
    public static @Nullable QuickLine of(List<String> line, GlobalOptions options) {
        String path = Commands.pathOf(line);
        InputStream table = path == null ? null : QuickLine.class.getResourceAsStream(tableOf(path));
        if (table == null) {
            return null;
        }
        try (Reader text = new InputStreamReader(table, StandardCharsets.UTF_8)) {
            return of(line, options, text);
        } catch (IOException e) {
            return null;
        }
    }

    /** The name of a command's part of the table. */
    static String tableOf(String path) {
        return path.replace(' ', '.') + TABLE_END;
    }

    static @Nullable QuickLine of(List<String> line, GlobalOptions options, String table) throws IOException {
        return of(line, options, new StringReader(table));
    }

    private static @Nullable QuickLine of(List<String> line, GlobalOptions options, Reader table) throws IOException {
        String path = Commands.pathOf(line);
        if (path == null) {
            return null;
        }
        QuickLine quick = new QuickLine(options, path);
        int first = path.indexOf(' ') < 0 ? 1 : 2;
        boolean understood = quick.learn(table) && quick.sort(line.subList(first, line.size())) && quick.complete();
        return understood && quick.set() ? quick : null;
    }

    /** Runs it and returns the exit code; nothing is thrown. */
    public int run() {
        return new Attempt(options, path).run(command());
    }

    /** With all that the line says. */
    Callable<Integer> command() {
        return Objects.requireNonNull(command);
    }

    private boolean learn(Reader table) throws IOException {
        BufferedReader lines = new BufferedReader(table);
        String heading = "command\t" + path;
        String line = lines.readLine();
        while (line != null && !line.equals(heading)) {
            line = lines.readLine();
        }
        if (line == null) {
            return false;
        }
        for (line = lines.readLine(); line != null && !line.startsWith("command\t"); line = lines.readLine()) {
            Argument argument = Argument.of(line.split("\t"));
            if (argument.names().isEmpty()) {
                operands.add(argument);
            }
            for (String name : argument.names()) {
                named.put(name, argument);
            }
        }
        return true;
    }

    /** Gives each word to what takes it. */
    private boolean sort(List<String> line) {
        int position = 0;
        for (int i = 0; i < line.size(); i++) {
            String word = line.get(i);
            Argument argument;
            String value = word;
            if (isValue(word)) {
                argument = operandAt(position++);
            } else {
                int equals = word.startsWith("--") ? word.indexOf('=') : -1;
                argument = named.get(equals < 0 ? word : word.substring(0, equals));
                if (argument == null || (argument.isFlag() && equals >= 0)) {
                    return false;
                }
                if (!argument.isFlag()) {
                    value = equals >= 0 ? word.substring(equals + 1) : ++i < line.size() ? line.get(i) : "";
                    if (!isValue(value)) {
                        return false;
                    }
                }
            }
            if (argument == null) {
                return false;
            }
            List<String> taken = words.get(argument);
            if (taken == null) {
                taken = new ArrayList<>();
                words.put(argument, taken);
            }
            taken.add(value);
            if (taken.size() > 1 && !argument.isList()) {
                return false;
            }
        }
        return true;
    }

    private @Nullable Argument operandAt(int position) {
        for (Argument operand : operands) {
            if (operand.takes(position)) {
                return operand;
            }
        }
        return null;
    }

    /** An {@code @} would make picocli read arguments from a file. */
    private static boolean isValue(String word) {
        return !word.isEmpty() && word.charAt(0) != '-' && word.charAt(0) != '@';
    }

    private boolean complete() {
        for (Argument operand : operands) {
            if (operand.needed() && !words.containsKey(operand)) {
                return false;
            }
        }
        for (Argument option : named.values()) {
            if (option.needed() && !words.containsKey(option)) {
                return false;
            }
        }
        return true;
    }

    /** Nothing is set before every value has turned out good. */
    private boolean set() {
        Map<Argument, Object> values = new LinkedHashMap<>();
        List<GivenOption> given = new ArrayList<>();
        for (Map.Entry<Argument, List<String>> each : words.entrySet()) {
            Argument argument = each.getKey();
            Object value = argument.valueOf(each.getValue());
            if (value == null) {
                return false;
            }
            values.put(argument, value);
            if (!argument.names().isEmpty()) {
                given.add(argument.given());
            }
        }
        Callable<Integer> made = Commands.create(path, options);
        for (Map.Entry<Argument, Object> each : values.entrySet()) {
            each.getKey().set(made, each.getValue());
        }
        options.given(given);
        command = made;
        return true;
    }
}
