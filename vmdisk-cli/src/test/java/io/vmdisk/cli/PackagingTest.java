package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
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
        assertThat(lines)
                .filteredOn(line -> line.startsWith("USER "))
                .last()
                .asString()
                .matches("USER [1-9][0-9]*");
        assertThat(lines.indexOf("USER 10001"))
                .isLessThan(lines.indexOf("ENTRYPOINT [\"/opt/vmdisk/bin/vmdisk\"]"))
                .isGreaterThan(lines.stream()
                        .filter(line -> line.startsWith("RUN "))
                        .mapToInt(lines::indexOf)
                        .max()
                        .orElseThrow());
        assertThat(String.join("\n", lines))
                .contains("org.opencontainers.image.title=", "org.opencontainers.image.source=")
                .contains("org.opencontainers.image.licenses=\"Apache-2.0\"");
        assertThat(lines).anyMatch(line -> line.matches("WORKDIR /.*"));
        assertThat(lines.stream().filter(line -> line.matches("(ENTRYPOINT|CMD) .*")))
                .hasSize(2)
                .allMatch(line -> line.matches("\\w+ \\[\".*\"]"));
    }

    /** What {@code brew audit} asks; {@code .ci/packaging/lint} runs the formula where there is Ruby. */
    @Test
    void theFormulaNamesAllThatHomebrewDemands() throws IOException {
        String formula = Files.readString(FOLDER.resolve("vmdisk.rb"));
        String version = Pattern.compile("^  <version>([^<-]*)", Pattern.MULTILINE)
                .matcher(Files.readString(Sample.TESTDATA.resolveSibling("pom.xml")))
                .results()
                .findFirst()
                .orElseThrow()
                .group(1);

        assertThat(formula)
                .contains("class Vmdisk < Formula")
                .contains("/releases/download/v" + version + "/vmdisk-" + version + ".zip\"")
                .containsPattern("(?m)^  desc \"[A-Z][^\"]{10,79}[^.\"]\"$")
                .containsPattern("(?m)^  homepage \"https://[^\"]+\"$")
                .containsPattern("(?m)^  sha256 \"[0-9a-f]{64}\"$")
                .containsPattern("(?m)^  license \"Apache-2.0\"$")
                .containsPattern("(?m)^  depends_on \"openjdk\"$")
                .containsPattern("(?m)^  def install$")
                .containsPattern("(?m)^  test do$")
                .doesNotContainPattern("(?m)[ \t]$")
                .endsWith("end\n");
    }

    @Test
    void theScriptsCanBeStartedAndTheWindowsCommandStartsTheSameClass() throws IOException {
        for (String script : List.of("deb", "image", "lint")) {
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
