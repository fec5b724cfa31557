package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Types what stands in docs/hash.md into a shell. */
@Tag("long")
@DisabledOnOs(OS.WINDOWS)
class HashGuideTest {
    @TempDir
    Path temp;

    private final ShellPage page = new ShellPage("hash.md");

    HashGuideTest() throws IOException {}

    @Test
    void hasNoBlockThatIsNotTypedHere() {
        assertThat(page.names()).containsExactly("whole", "manifest", "shards", "parts");
    }

    @Test
    void hashesAWholeDiskAsARawImage() throws IOException {
        assertThat(page.type("whole", temp).out()).contains("sha256", Sample.digest(), "vmdisk-tree-1");
    }

    @Test
    void knowsADiskAgainByItsManifest() throws IOException {
        ShellPage.Typed typed = page.type("manifest", temp);

        assertThat(typed.out()).contains("is what the manifest says", "is not what the manifest says");
        assertThat(typed.folder().resolve("web01.manifest")).content().contains("sha256 " + Sample.digest());
    }

    @Test
    void partsOfARawImageAreTheWhole() throws IOException {
        ShellPage.Typed typed = page.type("parts", temp);

        assertThat(typed.out()).contains("is the same").doesNotContain("differs");
        assertThat(io.vmdisk.testkit.Sha256.of(typed.folder().resolve("whole.raw")))
                .isEqualTo(Sample.digest());
    }

    @Test
    void sharesTheWork() throws IOException {
        ShellPage.Typed typed = page.type("shards", temp);

        assertThat(typed.folder().resolve("one"))
                .hasSameTextualContentAs(typed.folder().resolve("many"));
        assertThat(Files.readString(typed.folder().resolve("splits.json"))).contains("\"stored\"");
    }
}
