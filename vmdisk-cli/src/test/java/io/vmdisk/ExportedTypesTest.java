package io.vmdisk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every type that others can use says since when it is there and, unless it is a plain value, which threads may use it. */
class ExportedTypesTest {
    private static final Path ROOT =
            Path.of(System.getProperty("vmdisk.testdata")).resolveSibling("");
    private static final Pattern EXPORT = Pattern.compile("exports\\s+([\\w.]+)\\s*;");
    private static final Pattern DOCUMENTED = Pattern.compile("<documented.packages>(.*)</documented.packages>");
    private static final Pattern TYPE = Pattern.compile(
            "^((?:@\\w+(?:\\([^)]*\\))?\\s*\\n)*)public (?:abstract |final |sealed |non-sealed )*"
                    + "(class|record|interface|enum|@interface) (\\w+)",
            Pattern.MULTILINE);

    private record Exported(String kind, String doc) {}

    private static TreeMap<String, Exported> exported() throws IOException {
        TreeMap<String, Exported> types = new TreeMap<>();
        for (String module : List.of("vmdisk-core", "vmdisk-snapshot")) {
            for (String exported : exportsOf(module)) {
                for (Path file : sourcesIn(sourcesOf(module).resolve(exported.replace('.', '/')))) {
                    String text = Files.readString(file);
                    Matcher type = TYPE.matcher(text);
                    if (type.find()) {
                        int doc = text.lastIndexOf("/**", type.start());
                        types.put(
                                exported + "." + type.group(3),
                                new Exported(type.group(2), doc < 0 ? "" : text.substring(doc, type.start())));
                    }
                }
            }
        }
        return types;
    }

    private static Path sourcesOf(String module) {
        return ROOT.resolve(module).resolve("src/main/java");
    }

    /** The packages that a module exports to everybody. */
    private static List<String> exportsOf(String module) throws IOException {
        return EXPORT.matcher(Files.readString(sourcesOf(module).resolve("module-info.java")))
                .results()
                .map(export -> export.group(1))
                .toList();
    }

    private static List<Path> sourcesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }

    @Test
    void eachSaysSinceWhen() throws IOException {
        List<String> silent = new ArrayList<>();
        exported().forEach((name, type) -> {
            if (!type.doc().contains("@since ")) {
                silent.add(name);
            }
        });

        assertThat(silent).isEmpty();
    }

    @Test
    void eachThatIsNoPlainValueSaysWhichThreadsMayUseIt() throws IOException {
        List<String> silent = new ArrayList<>();
        exported().forEach((name, type) -> {
            String doc = type.doc().toLowerCase(Locale.ROOT);
            boolean value = type.kind().equals("record") || type.kind().equals("enum");
            if (!value && !doc.contains("thread") && !doc.contains("immutable") && !doc.contains("concurren")) {
                silent.add(name);
            }
        });

        assertThat(silent).isEmpty();
    }

    @Test
    void theLintersAskEachExportedPackageForAllParametersResultsAndExceptions() throws IOException {
        assertThat(Files.readString(ROOT.resolve("pom.xml")))
                .contains("<arg>-Xdoclint:all/protected</arg>", "<arg>-Xdoclint/package:${documented.packages}</arg>");
        for (String module : List.of("vmdisk-core", "vmdisk-snapshot")) {
            Matcher documented =
                    DOCUMENTED.matcher(Files.readString(ROOT.resolve(module).resolve("pom.xml")));

            assertThat(documented.find()).as(module).isTrue();
            assertThat(documented.group(1).split(","))
                    .as(module)
                    .containsExactlyInAnyOrderElementsOf(exportsOf(module));
        }
        assertThat(exportsOf("vmdisk-cli")).isEmpty();
    }
}
