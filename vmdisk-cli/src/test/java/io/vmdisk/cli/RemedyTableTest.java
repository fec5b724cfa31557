package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.line.ExitCodes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each error and finding that offers something vmdisk can do, with the damage that prints it: what is offered is typed on a
 * copy of that damage, and it helps, or says why it can't. The trials are in {@code remedies/trials.txt}; a code with a
 * remedy and without a trial fails.
 */
@Tag("long")
class RemedyTableTest {
    /** What only looks, or makes something new beside: the refusal itself stays. */
    private static final Set<String> LOOKS =
            Set.of("check", "info", "map", "convert", "clone", "hash", "snapshot list", "vmx lint");

    private final Map<String, List<String>> sections = sections();
    private final Map<String, TrialFolder> scenes = new LinkedHashMap<>();
    private int copies;

    @TempDir
    private Path temp;

    private static Map<String, List<String>> sections() {
        Map<String, List<String>> sections = new LinkedHashMap<>();
        try (InputStream file = RemedyTableTest.class.getResourceAsStream("/remedies/trials.txt")) {
            String text = new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
            String title = "";
            for (String line : text.lines().toList()) {
                if (line.startsWith("== ")) {
                    title = line.substring(3).trim();
                    assertThat(sections.put(title, new ArrayList<>())).as(title).isNull();
                } else if (!line.isBlank() && !line.startsWith("#")) {
                    sections.get(title).add(line);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return sections;
    }

    @TestFactory
    Stream<DynamicTest> everyRemedyHelpsOrSaysWhyItCannot() {
        return sections.entrySet().stream()
                .filter(section -> section.getKey().contains("."))
                .map(section ->
                        DynamicTest.dynamicTest(section.getKey(), () -> attempt(section.getKey(), section.getValue())));
    }

    /** A code may have several trials, told apart by a word behind it. */
    private void attempt(String title, List<String> lines) throws IOException {
        String code = title.split(" ")[0];
        TrialFolder folder = new TrialFolder(Files.createDirectory(temp.resolve("trial" + (1000 + copies++))));
        Map<String, String> said = new LinkedHashMap<>();
        String failing = null;
        for (String line : lines) {
            if (line.startsWith("use ")) {
                folder = scene(line.substring(4)).copyTo(temp.resolve("trial" + (1000 + copies++)));
            } else if (line.startsWith("! ")) {
                failing = line.substring(2);
            } else if (line.startsWith("let ")) {
                said.put(line.substring(4, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
            } else {
                folder.carryOut(line);
            }
        }
        new RemedyTrial(code, folder, Objects.requireNonNull(failing, title), said, LOOKS).run(this::copy);
    }

    private TrialFolder copy(TrialFolder folder) throws IOException {
        return folder.copyTo(temp.resolve("trial" + (1000 + copies++)));
    }

    private TrialFolder scene(String name) throws IOException {
        TrialFolder made = scenes.get(name);
        if (made == null) {
            made = new TrialFolder(Files.createDirectory(temp.resolve("scene-" + name)));
            for (String line : sections.get("scene " + name)) {
                made = line.startsWith("use ")
                        ? scene(line.substring(4)).copyTo(temp.resolve("scene-of-" + name))
                        : made;
                if (!line.startsWith("use ")) {
                    made.carryOut(line);
                }
            }
            scenes.put(name, made);
        }
        return made;
    }

    @Test
    void everyCodeThatOffersSomethingHasItsTrial() throws IOException {
        Set<String> tried = new TreeSet<>();
        sections.keySet().forEach(title -> tried.add(title.split(" ")[0]));
        Map<String, String> elsewhere = new LinkedHashMap<>();
        for (String line : sections.getOrDefault("elsewhere", List.of())) {
            elsewhere.put(line.split(" +")[0], line.split(" +")[1]);
        }
        Set<String> offered = RemedySources.codes();

        assertThat(offered).hasSizeGreaterThan(90);
        assertThat(offered)
                .filteredOn(code -> !tried.contains(code) && !elsewhere.containsKey(code))
                .as("no trial")
                .isEmpty();
        for (Map.Entry<String, String> test : elsewhere.entrySet()) {
            assertThat(offered).contains(test.getKey());
            RemedySources.requireTest(test.getValue());
        }
    }

    /** For {@link RemedyTrial}. */
    @FunctionalInterface
    interface Copier {
        TrialFolder copy(TrialFolder folder) throws IOException;
    }

    static boolean isOurs(CommandLineRun run) {
        return run.exitCode() != ExitCodes.USAGE && run.exitCode() != ExitCodes.BUG;
    }
}
