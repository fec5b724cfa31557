package io.vmdisk.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whoever adds a finding adds a test that makes the damage: each id of the sources is named in a test. */
class FindingIdsTest {
    private static final Pattern WHOLE = Pattern.compile(
            "\"((?:hosted|cowd|sesparse|stream|disk|extent|chain|tracking|check|data)\\.[a-z][a-z-]+)\"");
    private static final Pattern WITHOUT_ROOM =
            Pattern.compile("\\badd\\(\\s*(?:Severity\\.\\w+,\\s*)?\"([a-z][a-z-]+)\",");
    private static final Pattern OF_CHAINS = Pattern.compile("[A-Z_]+\\(\"([a-z-]+)\"\\)");

    @Test
    void everyFindingHasATestThatMakesTheDamage() throws IOException {
        TreeSet<String> ids = new TreeSet<>();
        find(ids, WHOLE, "", ".java");
        find(ids, WITHOUT_ROOM, "", "DescriptorFindings.java");
        find(ids, WITHOUT_ROOM, "stream.", "StreamReader.java");
        find(ids, WITHOUT_ROOM, "stream.", "StreamCopy.java");
        find(ids, OF_CHAINS, "chain.", "ChainBreak.java");
        assertThat(ids).hasSizeGreaterThan(100);

        String tests = sources("test", ".java");
        assertThat(ids)
                .allSatisfy(id -> assertThat(Pattern.compile("(?<![a-z-])" + Pattern.quote(id) + "(?![a-z-])")
                                .matcher(tests)
                                .find())
                        .as("a test that names " + id)
                        .isTrue());
    }

    private static void find(TreeSet<String> ids, Pattern pattern, String room, String name) throws IOException {
        Matcher matcher = pattern.matcher(sources("main", name));
        while (matcher.find()) {
            ids.add(room + matcher.group(1));
        }
    }

    private static String sources(String root, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src", root, "java"))) {
            return files.filter(file -> file.toString().endsWith(ending) && !file.endsWith("FindingIdsTest.java"))
                    .sorted()
                    .map(FindingIdsTest::read)
                    .collect(Collectors.joining("\n"));
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
