package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The files at the door are there, and what they name is. */
class DoorFilesTest {
    private static final Path ROOT = Sample.TESTDATA.getParent();

    private static String text(String name) throws IOException {
        return Files.readString(ROOT.resolve(name));
    }

    @Test
    void theyAreThere() {
        for (String name : List.of(
                "README.md",
                "LICENSE",
                "NOTICE",
                "CHANGELOG.md",
                "CONTRIBUTING.md",
                "SECURITY.md",
                "CODE_OF_CONDUCT.md",
                ".github/workflows/ci.yml",
                ".github/ISSUE_TEMPLATE/bug.yml",
                ".github/ISSUE_TEMPLATE/wish.yml",
                ".github/ISSUE_TEMPLATE/config.yml")) {
            assertThat(ROOT.resolve(name)).isNotEmptyFile();
        }
    }

    @Test
    void theWorkflowRunsWhatWeRun() throws IOException {
        assertThat(text(".github/workflows/ci.yml")).contains("bash .ci/run");
        assertThat(ROOT.resolve(".ci/run")).isExecutable();
    }

    @Test
    void theChangelogKeepsItsForm() throws IOException {
        assertThat(text("CHANGELOG.md").lines().filter(line -> line.startsWith("## ")))
                .first()
                .isEqualTo("## [Unreleased]");
        assertThat(text("CHANGELOG.md").lines().filter(line -> line.startsWith("### ")))
                .isSubsetOf("### Added", "### Changed", "### Deprecated", "### Removed", "### Fixed", "### Security");
    }

    @Test
    void aReleasePassesItsCommit() throws IOException {
        assertThat(text("CONTRIBUTING.md")).contains("-Prelease", "-Dvmdisk.commit=", ".ci/check-release");
        assertThat(text("pom.xml"))
                .contains("<vmdisk.commit>unknown</vmdisk.commit>", "<id>release</id>", "<id>sign</id>");
    }
}
