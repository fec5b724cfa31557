package io.vmdisk.cli.start;

import io.vmdisk.cli.disk.CompareCommand;
import io.vmdisk.cli.disk.ConvertCommand;
import io.vmdisk.cli.disk.MapCommand;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.PlainCommand;
import io.vmdisk.cli.machine.InfoCommand;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The plainest command lines, {@code info DISK}, {@code convert SRC DST -O FORMAT} and their like, with or without
 * {@code --json} and {@code -q}, understood without picocli.
 *
 * <p>Building picocli's model takes longer than a short command itself, and JDKs keep no archive of classes as old as
 * picocli's. Whatever is not understood here at first sight, good or bad, is left to {@link FullLine}; what is understood
 * means the same there, which a test proves.
 */
public final class PlainLine {
    private static final String JSON = "--json";
    private static final Set<String> QUIET = Set.of("-q", "--quiet");

    private final List<String> operands = new ArrayList<>();
    private final Map<String, String> values = new LinkedHashMap<>();
    private boolean json;
    private boolean quiet;

    private PlainLine() {}

    /** The command, ready to be called, or null if the line is not a plain one. */
    public static @Nullable PlainCommand of(List<String> words, GlobalOptions options) {
        PlainCommand command = words.isEmpty() ? null : create(words.get(0), options);
        PlainLine line = new PlainLine();
        if (command == null || !line.read(words, command.plainOptions())) {
            return null;
        }
        try {
            command.take(line.operands, line.values);
        } catch (IllegalArgumentException e) {
            return null;
        }
        options.answer(line.json, line.quiet);
        return command;
    }

    private static @Nullable PlainCommand create(String name, GlobalOptions options) {
        return switch (name) {
            case "info" -> new InfoCommand(options);
            case "map" -> new MapCommand(options);
            case "compare" -> new CompareCommand(options);
            case "convert" -> new ConvertCommand(options);
            default -> null;
        };
    }

    /** Whether every word is a plain one. */
    private boolean read(List<String> words, Set<String> options) {
        for (int i = 1; i < words.size(); i++) {
            String word = words.get(i);
            if (word.equals(JSON) && !json) {
                json = true;
            } else if (QUIET.contains(word) && !quiet) {
                quiet = true;
            } else if (isValue(word)) {
                operands.add(word);
            } else if (options.contains(word) && i + 1 < words.size() && isValue(words.get(i + 1))) {
                i++;
                if (values.put(word, words.get(i)) != null) {
                    return false;
                }
            } else {
                return false;
            }
        }
        return true;
    }

    /** An {@code @} would make picocli read arguments from a file. */
    private static boolean isValue(String word) {
        return !word.isEmpty() && word.charAt(0) != '-' && word.charAt(0) != '@';
    }
}
