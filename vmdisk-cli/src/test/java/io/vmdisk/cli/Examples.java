package io.vmdisk.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** The examples of a command's help, as a shell would understand them. */
public final class Examples {
    private Examples() {}

    /** The lines that start with the program's name. */
    public static List<String> of(CommandSpec spec) {
        return Arrays.stream(spec.usageMessage().footer())
                .map(String::strip)
                .filter(line -> line.startsWith("vmdisk "))
                .toList();
    }

    /** The words behind the program's name, up to a pipe, a redirection or a comment. */
    public static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean quoted = false;
        for (char c : (line + " ").toCharArray()) {
            if (c == '\'' || c == '"') {
                quoted = !quoted;
            } else if (c == ' ' && !quoted) {
                if (word.length() > 0) {
                    words.add(word.toString());
                }
                word.setLength(0);
            } else {
                word.append(c);
            }
        }
        for (String end : List.of("|", ">", "<", "#", "&&")) {
            int at = words.indexOf(end);
            if (at >= 0) {
                words = new ArrayList<>(words.subList(0, at));
            }
        }
        return words.subList(1, words.size());
    }
}
