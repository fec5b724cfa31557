package io.vmdisk.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The fenced blocks of docs/rescue.md: commands are marked {@code sh ID}, what is seen then {@code text ID}. */
final class GuidePage {
    private static final Pattern BLOCK = Pattern.compile("```(sh|text) ([a-z0-9-]+)\\n(.*?)```", Pattern.DOTALL);

    private final Map<String, List<String>> blocks = new LinkedHashMap<>();

    GuidePage() throws IOException {
        Path page = Sample.TESTDATA.resolveSibling("docs").resolve("rescue.md");
        Matcher block = BLOCK.matcher(Files.readString(page));
        while (block.find()) {
            blocks.computeIfAbsent(block.group(1) + " " + block.group(2), id -> new ArrayList<>())
                    .addAll(block.group(3)
                            .lines()
                            .filter(line -> !line.isBlank())
                            .toList());
        }
    }

    /** The situations that have commands. */
    List<String> situations() {
        return blocks.keySet().stream()
                .filter(id -> id.startsWith("sh "))
                .map(id -> id.substring(3))
                .toList();
    }

    /** The commands of a situation, line by line. */
    List<String> commands(String situation) {
        return blocks.getOrDefault("sh " + situation, List.of());
    }

    /** What the page says one sees; each line is part of a line of the output. */
    List<String> seen(String situation) {
        return blocks.getOrDefault("text " + situation, List.of());
    }
}
