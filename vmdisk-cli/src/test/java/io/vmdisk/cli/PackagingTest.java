package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** What can be said of packages without the programs that make them. */
class PackagingTest {
    private static final Path FOLDER = Sample.TESTDATA.resolveSibling(".ci").resolve("packaging");

    /** The rules of hadolint that concern us. */
    @Test
    void theContainerFileKeepsToTheRules() throws IOException {
        List<String> lines = Files.readAllLines(FOLDER.resolve("Containerfile")).stream()
                .filter(line -> !line.startsWith("#") && !line.isBlank())
                .toList();

        assertThat(lines.get(0)).matches("FROM [a-z.]+/[a-z/-]+:[0-9][\\w.-]+").doesNotContain("latest");
        assertThat(lines).noneMatch(line -> line.matches("(ADD|MAINTAINER|RUN sudo|RUN cd) .*"));
        assertThat(lines).noneMatch(line -> line.contains("apt-get") || line.contains("curl"));
        assertThat(lines).anyMatch(line -> line.matches("USER [1-9][0-9]*"));
        assertThat(lines).anyMatch(line -> line.matches("WORKDIR /.*"));
        assertThat(lines.stream().filter(line -> line.matches("(ENTRYPOINT|CMD) .*")))
                .hasSize(2)
                .allMatch(line -> line.matches("\\w+ \\[\".*\"]"));
    }

    @Test
    void theScriptsCanBeStartedAndTheWindowsCommandStartsTheSameClass() throws IOException {
        for (String script : List.of("deb", "image")) {
            assertThat(FOLDER.resolve(script)).isExecutable();
            assertThat(Files.readString(FOLDER.resolve(script)))
                    .startsWith("#!/usr/bin/env bash\n")
                    .contains("set -euo pipefail");
        }
        String windows =
                Files.readString(Path.of("src/main/assembly/vmdisk.cmd")).toLowerCase(Locale.ROOT);
        assertThat(windows).contains("io.vmdisk.cli.main %*", "exit /b %errorlevel%", "%~dp0..\\lib\\*");
    }
}
