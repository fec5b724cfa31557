package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code docs/security.md} says which test holds each promise: they are all there, and are tests. */
class SecurityPageTest {
    private static final String HEADING = "## Every line has a test";
    private static final Pattern NAMED = Pattern.compile("`([A-Za-z0-9]+)(?:\\.([A-Za-z0-9]+))?`");
    private static final Pattern PARENT = Pattern.compile("class \\w+ extends (\\w+)");

    private static final Map<String, String> SOURCES = new HashMap<>();

    @BeforeAll
    static void readSources() throws IOException {
        for (String module : List.of("vmdisk-core", "vmdisk-snapshot", "vmdisk-cli")) {
            try (Stream<Path> files = Files.walk(ProcessRun.ROOT.resolve(module).resolve("src/test/java"))) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    String name = String.valueOf(file.getFileName());
                    SOURCES.put(name.substring(0, name.length() - ".java".length()), Files.readString(file));
                }
            }
        }
    }

    private static List<String> rows() throws IOException {
        String page = Files.readString(ProcessRun.ROOT.resolve("docs/security.md"));
        return page.substring(page.indexOf(HEADING))
                .lines()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| promise"))
                .toList();
    }

    @Test
    void everyPromiseNamesTestsThatAreThere() throws IOException {
        List<String> missing = new ArrayList<>();
        for (String row : rows()) {
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
        assertThat(rows()).hasSizeGreaterThan(50);
        assertThat(missing).isEmpty();
    }

    /** Whether a class has a test of that name, or any; its own or one that it inherits. */
    private static boolean has(String test, String method) {
        String source = SOURCES.get(test);
        if (source == null) {
            return false;
        }
        if (Pattern.compile(
                        "@(?:Test|ParameterizedTest|TestFactory|Property|Example)\\b(?:(?!\\n    }).)*?\\s"
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
