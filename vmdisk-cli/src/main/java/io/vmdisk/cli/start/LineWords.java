package io.vmdisk.cli.start;

import io.vmdisk.cli.start.UsageWords.Needed;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The words of one line, each with what takes it by a command's {@link LineTable}. */
final class LineWords {
    private final String path;
    private final List<Argument> operands = new ArrayList<>();
    private final Map<String, Argument> named = new LinkedHashMap<>();
    /** For errors, as the table has them. */
    private final List<String> forErrors = new ArrayList<>();
    /** As typed, in the order of the first word for each. */
    private final Map<Argument, List<String>> words = new LinkedHashMap<>();

    private final List<String> leftOver = new ArrayList<>();
    /** An option behind which nothing stands: the last word. */
    private @Nullable Argument valueless;

    private LineWords(String path) {
        this.path = path;
    }

    /** The words of a line, or null if it names no command of the table, or has a word of which picocli must say what it is. */
    static @Nullable LineWords of(List<String> line) {
        String path = Commands.pathOf(line);
        InputStream table = path == null ? null : LineWords.class.getResourceAsStream(LineTable.fileOf(path));
        if (table == null) {
            return null;
        }
        try (Reader text = new InputStreamReader(table, StandardCharsets.UTF_8)) {
            return of(line, text);
        } catch (IOException e) {
            return null;
        }
    }

    static @Nullable LineWords of(List<String> line, Reader table) throws IOException {
        String path = Commands.pathOf(line);
        if (path == null) {
            return null;
        }
        LineWords words = new LineWords(path);
        int first = path.indexOf(' ') < 0 ? 1 : 2;
        return words.learn(table) && words.sort(line.subList(first, line.size())) ? words : null;
    }

    /** The command. */
    String path() {
        return path;
    }

    /** Options and operands that the line has. */
    Map<Argument, List<String>> taken() {
        return words;
    }

    /** Words that nothing takes: options that there are not, and operands beyond the last. */
    List<String> leftOver() {
        return leftOver;
    }

    /** Whether the line has all that the command and its options can't do without. */
    boolean isComplete() {
        if (isValueless()) {
            return false;
        }
        for (Argument operand : operands) {
            if (lacks(operand)) {
                return false;
            }
        }
        for (Argument option : named.values()) {
            if (lacks(option)) {
                return false;
            }
        }
        return true;
    }

    private boolean lacks(Argument argument) {
        return argument.needed() && !words.containsKey(argument);
    }

    /** The value of each argument, or null if that of one is not certain. */
    @Nullable
    Map<Argument, Object> values() {
        Map<Argument, Object> values = new LinkedHashMap<>();
        for (Map.Entry<Argument, List<String>> each : words.entrySet()) {
            Object value = each.getKey().valueOf(each.getValue());
            if (value == null) {
                return null;
            }
            values.put(each.getKey(), value);
        }
        return values;
    }

    /**
     * What is wrong with a value, or with an option that lacks one, or null if that is not certain. Picocli meets the first
     * one first, and passes over an operand of many; so it is certain of one alone.
     */
    @Nullable
    UsageWords refused() {
        UsageWords refused = null;
        for (Map.Entry<Argument, List<String>> each : words.entrySet()) {
            Argument argument = each.getKey();
            if (argument.valueOf(each.getValue()) == null) {
                boolean passedOver = argument.isList() && argument.names().isEmpty();
                if (refused != null || passedOver) {
                    return null;
                }
                refused = argument.refused(each.getValue());
                if (refused == null) {
                    return null;
                }
            }
        }
        return refused == null && valueless != null ? wanted(valueless) : refused;
    }

    /** Whether its last word is an option that wants a value. */
    boolean isValueless() {
        return valueless != null;
    }

    private @Nullable UsageWords wanted(Argument option) {
        // An option that there is not would be told of instead.
        for (String word : leftOver) {
            if (word.startsWith("-")) {
                return null;
            }
        }
        String beginning = LineTable.WANTED + option.longestName() + "\t";
        for (String line : forErrors) {
            if (line.startsWith(beginning)) {
                return UsageWords.valueless(option.longestName(), line.substring(beginning.length()));
            }
        }
        return null;
    }

    /** Every name of an option, also of those that are left to picocli. */
    List<String> optionNames() {
        for (String line : forErrors) {
            if (line.startsWith(LineTable.NAMES)) {
                return List.of(line.substring(LineTable.NAMES.length()).split(","));
            }
        }
        return List.of();
    }

    /** What the command's operands are called. */
    List<String> operandLabels() {
        List<String> labels = new ArrayList<>();
        for (String line : forErrors) {
            if (line.startsWith(LineTable.LABEL)) {
                labels.add(line.substring(LineTable.LABEL.length()));
            }
        }
        return labels;
    }

    /** What the command can't do without and the line lacks: the first operand, or else all options. */
    List<Needed> lacking() {
        List<String> places = new ArrayList<>();
        for (Argument argument : words.keySet()) {
            places.add(argument.place());
        }
        List<Needed> lacking = new ArrayList<>();
        for (String line : forErrors) {
            if (line.startsWith(LineTable.NEEDED)) {
                String[] parts = line.substring(LineTable.NEEDED.length()).split("\t", -1);
                if (!places.contains(parts[0])) {
                    lacking.add(new Needed(parts[1], parts[2]));
                    if (parts[2].isEmpty()) {
                        break;
                    }
                }
            }
        }
        return lacking;
    }

    private boolean learn(Reader table) throws IOException {
        BufferedReader lines = new BufferedReader(table);
        String heading = LineTable.COMMAND + path;
        String line = lines.readLine();
        while (line != null && !line.equals(heading)) {
            line = lines.readLine();
        }
        if (line == null) {
            return false;
        }
        for (line = lines.readLine(); line != null && !line.startsWith(LineTable.COMMAND); line = lines.readLine()) {
            if (!line.startsWith("operand") && !line.startsWith("option")) {
                forErrors.add(line);
                continue;
            }
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

    /** Gives each word to what takes it; false if picocli might take one otherwise. */
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
                String name = equals < 0 ? word : word.substring(0, equals);
                argument = named.get(name);
                if (argument == null ? !isNoOption(name) : argument.isFlag() && equals >= 0) {
                    return false;
                }
                if (argument != null && !argument.isFlag()) {
                    if (equals < 0 && i == line.size() - 1) {
                        valueless = argument;
                        return argument.isList() || !words.containsKey(argument);
                    }
                    value = equals >= 0 ? word.substring(equals + 1) : ++i < line.size() ? line.get(i) : "";
                    if (!isValue(value)) {
                        return false;
                    }
                }
            }
            if (argument == null) {
                leftOver.add(word);
            } else if (!take(argument, value)) {
                return false;
            }
        }
        return true;
    }

    private boolean take(Argument argument, String value) {
        List<String> taken = words.get(argument);
        if (taken == null) {
            taken = new ArrayList<>();
            words.put(argument, taken);
        }
        taken.add(value);
        return taken.size() == 1 || argument.isList();
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

    /** Only a long one: in a short one picocli may find several. */
    private boolean isNoOption(String name) {
        return name.length() > 2
                && name.startsWith("--")
                && !optionNames().isEmpty()
                && !optionNames().contains(name);
    }
}
