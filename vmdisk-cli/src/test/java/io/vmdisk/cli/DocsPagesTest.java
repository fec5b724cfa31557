package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The pages as a site: each is found from the index, and no link leads nowhere. */
class DocsPagesTest {
    private static final Path ROOT = Sample.TESTDATA.getParent();
    private static final Path DOCS = ROOT.resolve("docs");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```([^\\n]*)\\n(.*?)^```");
    private static final Pattern CODE = Pattern.compile("(?s)```.*?```");

    private static List<Path> pages() throws IOException {
        try (Stream<Path> below = Files.walk(DOCS)) {
            return Stream.concat(
                            below.filter(file -> file.toString().endsWith(".md")),
                            Stream.of(
                                            "README.md",
                                            "CONTRIBUTING.md",
                                            "SECURITY.md",
                                            "CHANGELOG.md",
                                            "CODE_OF_CONDUCT.md")
                                    .map(ROOT::resolve))
                    .sorted()
                    .toList();
        }
    }

    private static List<String> links(Path page) throws IOException {
        List<String> links = new ArrayList<>();
        Matcher link = LINK.matcher(CODE.matcher(Files.readString(page)).replaceAll(""));
        while (link.find()) {
            links.add(link.group(1));
        }
        return links;
    }

    /** As hosts of repositories make them of headings. */
    private static Set<String> anchors(Path page) throws IOException {
        return CODE.matcher(Files.readString(page))
                .replaceAll("")
                .lines()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT))
                .map(line -> line.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    @Test
    void everyLinkLeadsToAFileAndAHeadingThatAreThere() throws IOException {
        List<String> dead = new ArrayList<>();
        for (Path page : pages()) {
            for (String link : links(page)) {
                if (link.matches("[a-z+]+:.*")) {
                    continue;
                }
                int hash = link.indexOf('#');
                String file = hash < 0 ? link : link.substring(0, hash);
                Path target = file.isEmpty() ? page : page.resolveSibling(file).normalize();
                boolean there = Files.exists(target)
                        && (hash < 0
                                || !target.toString().endsWith(".md")
                                || anchors(target).contains(link.substring(hash + 1)));
                if (!there) {
                    dead.add(ROOT.relativize(page) + ": " + link);
                }
            }
        }
        assertThat(dead).isEmpty();
    }

    @Test
    void theIndexNamesEveryPage() throws IOException {
        Set<String> named = new TreeSet<>();
        for (String link : links(DOCS.resolve("README.md"))) {
            named.add(link.replaceFirst("#.*", ""));
        }
        Set<String> missing = new TreeSet<>();
        for (Path page : pages()) {
            if (page.startsWith(DOCS)) {
                missing.add(DOCS.relativize(page).toString());
            }
        }
        missing.removeAll(named);
        missing.removeIf(page -> page.startsWith("decisions/"));
        assertThat(missing).containsExactly("README.md");
    }

    /** A block that has a name is typed, or its words are looked for, by the test of its page; some pages have forms of their own. */
    @Test
    void everyBlockWithACommandIsOneThatATestTypes() throws IOException {
        Set<String> ownForm = Set.of("README.md", "docs/cli.md", "docs/from-qemu-img.md");
        String tests = testSources();
        List<String> untried = new ArrayList<>();
        for (Path page : pages()) {
            String name = ROOT.relativize(page).toString();
            Matcher block = BLOCK.matcher(Files.readString(page));
            while (block.find()) {
                boolean commands = block.group(2)
                        .lines()
                        .anyMatch(line -> line.strip().matches("(\\$ )?(\\./)?vmdisk [a-z-]+( .*)?"));
                boolean typed = block.group(1).matches("(sh|text) [a-z0-9-]+")
                        && tests.contains('"' + name.replaceFirst("^docs/", "") + '"');
                if (commands && !typed && !ownForm.contains(name)) {
                    untried.add(name + ": " + block.group(2).lines().findFirst().orElse(""));
                }
            }
        }
        assertThat(untried).isEmpty();
    }

    private static String testSources() throws IOException {
        try (Stream<Path> below = Files.walk(ROOT.resolve("vmdisk-cli/src/test/java"))) {
            StringBuilder text = new StringBuilder();
            for (Path file :
                    below.filter(each -> each.toString().endsWith(".java")).toList()) {
                text.append(Files.readString(file));
            }
            return text.toString();
        }
    }
}
