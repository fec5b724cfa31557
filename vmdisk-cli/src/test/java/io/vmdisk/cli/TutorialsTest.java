package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.testkit.Command;
import io.vmdisk.testkit.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Types each tutorial of {@code docs/tutorials.md} as it stands there. */
@Tag("long")
@DisabledOnOs(OS.WINDOWS)
class TutorialsTest {
    private final ShellPage page = new ShellPage("tutorials.md");

    @TempDir
    Path temp;

    TutorialsTest() throws IOException {}

    private ShellPage.Typed typed(String name) throws IOException {
        Needs.require(Command.present("bash"), "bash is not installed");
        return page.type(name, temp);
    }

    @Test
    void everyTutorialIsTriedHere() {
        assertThat(page.names()).containsExactly("rescue", "move", "backup", "forensics");
    }

    @Test
    void theRescueEndsWithASoundMachineAndTheSameBytes() throws IOException {
        ShellPage.Typed typed = typed("rescue");

        assertThat(typed.out())
                .contains("error chain.content-id", "relink the chain, not done", "relink the chain: done")
                .contains("no damage found (0 errors");
        assertThat(typed.folder().resolve("web01/web01-000001.vmdk.orig")).exists();
        assertThat(Files.readString(typed.folder().resolve("before.html"))).contains("It is damaged");
    }

    @Test
    void theMoveEndsWithDisksThatReadTheSame() throws IOException {
        ShellPage.Typed typed = typed("move");

        assertThat(typed.out()).contains("the content is the same", "debian10-64");
        assertThat(typed.folder().resolve("web01.qcow2")).isNotEmptyFile();
    }

    @Test
    void theBackupHoldsWhatChangedAndRestoresIt() throws IOException {
        ShellPage.Typed typed = typed("backup");

        assertThat(Files.readString(typed.folder().resolve("tuesday.json"))).contains("\"start\": 1048576");
        assertThat(Files.readString(typed.folder().resolve("stretch"))).startsWith("tuesday was here");
    }

    @Test
    void theForensicsTellTheMomentsApartAndChangeNothing() throws IOException {
        ShellPage.Typed typed = typed("forensics");

        assertThat(typed.out())
                .contains(
                        "they differ", "the content differs, first at byte 4096", "the disk is what the manifest says")
                .contains("web01-000002-sesparse.vmdk");
    }
}
