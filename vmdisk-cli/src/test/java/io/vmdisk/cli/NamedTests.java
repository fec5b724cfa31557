package io.vmdisk.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The tests of all modules, for pages that say which of them holds what: a table whose last column names tests. */
final class NamedTests {
    private static final Pattern NAMED = Pattern.compile("`([A-Za-z0-9]+)(?:\\.([A-Za-z0-9]+))?`");
    private static final Pattern PARENT = Pattern.compile("class \\w+ extends (\\w+)");

    private final Map<String, String> sources = new HashMap<>();

    private NamedTests() {}

    /** Reads their sources. */
    static NamedTests read() throws IOException {
        NamedTests tests = new NamedTests();
        for (String module : List.of("vmdisk-core", "vmdisk-snapshot", "vmdisk-cli")) {
            try (Stream<Path> files = Files.walk(ProcessRun.ROOT.resolve(module).resolve("src/test/java"))) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    String name = String.valueOf(file.getFileName());
                    tests.sources.put(name.substring(0, name.length() - ".java".length()), Files.readString(file));
                }
            }
        }
        return tests;
    }

    /** The rows of a page's tables behind a heading, without their heads. */
    static List<String> rows(String page, String heading, String head) throws IOException {
        String text = Files.readString(ProcessRun.ROOT.resolve("docs").resolve(page));
        return text.substring(text.indexOf(heading))
                .lines()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| " + head))
                .toList();
    }

    /** What rows name that is no test, and rows that name none. */
    List<String> missing(List<String> rows) {
        List<String> missing = new ArrayList<>();
        for (String row : rows) {
            String[] cells = row.split(" \\| ");
            Matcher named = NAMED.matcher(cells[cells.length - 1]);
            String before = "";
            int tests = 0;
            while (named.find()) {
                boolean alone = named.group(2) == null;
                // A method without its class is of the one that was named before.
                boolean method = alone && Character.isLowerCase(named.group(1).charAt(0));
                String test = method ? before : named.group(1);
                String wanted = method ? named.group(1) : named.group(2);
                if (!has(test, wanted == null ? "" : wanted)) {
                    missing.add(test + "." + wanted + " of: " + row);
                }
                before = test;
                tests++;
            }
            if (tests == 0) {
                missing.add("any test of: " + row);
            }
        }
        return missing;
    }

    /** Whether a class has a test of that name, or any; its own or one that it inherits. */
    private boolean has(String test, String method) {
        String source = sources.get(test);
        if (source == null) {
            return false;
        }
        if (Pattern.compile(
                        "@(?:Test|ParameterizedTest|TestFactory|Property|Example)\\b(?:(?!\\n    }\\n).)*?\\s"
                                + (method.isEmpty() ? "\\w+" : method) + "\\(",
                        Pattern.DOTALL)
                .matcher(source)
                .find()) {
            return true;
        }
        Matcher parent = PARENT.matcher(source);
        return parent.find() && has(parent.group(1), method);
    }
}
