package io.vmdisk.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The plainest command lines, {@code info DISK} and its like with or without {@code --json}, understood without picocli.
 *
 * <p>Building picocli's model takes longer than such a command itself, and JDKs keep no archive of classes as old as
 * picocli's. Whatever is not understood here at first sight, good or bad, is left to {@link FullLine}; what is understood
 * means the same there, which a test proves.
 */
final class PlainLine {
    private static final String JSON = "--json";

    private PlainLine() {}

    /** A command that a plain line can name. */
    interface Command extends Callable<Integer> {
        /**
         * Takes the only operand.
         *
         * @throws IllegalArgumentException if it can't be one
         */
        void operand(String text);
    }

    /** The command, ready to be called, or null if the line is not a plain one. */
    static @Nullable Command of(List<String> words, GlobalOptions options) {
        Command command = words.isEmpty() ? null : create(words.get(0), options);
        if (command == null) {
            return null;
        }
        String operand = null;
        boolean json = false;
        for (int i = 1; i < words.size(); i++) {
            String word = words.get(i);
            if (word.equals(JSON) && !json) {
                json = true;
            } else if (operand == null && isOperand(word)) {
                operand = word;
            } else {
                return null;
            }
        }
        if (operand == null) {
            return null;
        }
        try {
            command.operand(operand);
        } catch (IllegalArgumentException e) {
            return null;
        }
        options.answerInJson(json);
        return command;
    }

    private static @Nullable Command create(String name, GlobalOptions options) {
        return switch (name) {
            case "info" -> new InfoCommand(options);
            case "map" -> new MapCommand(options);
            default -> null;
        };
    }

    /** An {@code @} would make picocli read arguments from a file. */
    private static boolean isOperand(String word) {
        return !word.isEmpty() && word.charAt(0) != '-' && word.charAt(0) != '@';
    }
}
