package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmdisk.guest.GuestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Types what stands in docs/look-inside.md into a shell. */
@DisabledOnOs(OS.WINDOWS)
class LookInsideGuideTest {
    /** The chain of the page: ext4 with the sample's files, below an empty SEsparse delta. */
    private static final String CHAIN = """
            truncate -s 24M made.raw
            mkdir tree && cp -r web01 tree/
            PATH=$PATH:/usr/sbin:/sbin
            mke2fs -q -F -t ext4 -L archive -d tree made.raw
            vmdisk convert raw:made.raw data.vmdk -O vmfsThin > /dev/null
            vmdisk create data-000001.vmdk 24M -O seSparse -b data.vmdk > /dev/null
            rm made.raw
            """;

    @TempDir
    Path temp;

    private final ShellPage page = new ShellPage("look-inside.md");

    LookInsideGuideTest() throws IOException {}

    @Test
    void hasNoBlockThatIsNotTypedHere() {
        assertThat(page.names()).containsExactly("survey", "files", "fuse");
    }

    @Test
    void tellsWhatIsOnADisk() throws IOException {
        GuestImage.requireTools("mke2fs");

        ShellPage.Typed typed = page.type("survey", temp, CHAIN);

        assertThat(typed.out()).contains("ext4", "archive", "probably Linux");
        assertThat(Files.readString(typed.folder().resolve("survey.json"))).contains("\"label\": \"archive\"");
    }

    @Test
    void findsFilesInACopy() throws IOException {
        GuestImage.requireTools("mke2fs", "debugfs", "nbdcopy");

        ShellPage.Typed typed = page.type("files", temp, CHAIN);

        assertThat(typed.out()).contains("web01");
        assertThat(typed.folder().resolve("web01.vmx"))
                .hasSameBinaryContentAs(Sample.TESTDATA.resolve("web01/web01.vmx"));
    }

    /** FUSE is not for every user and container: by hand, with {@code -Dvmdisk.fuse=true}. */
    @Test
    void findsFilesWhereTheyLie() throws IOException {
        assumeTrue(Boolean.getBoolean("vmdisk.fuse"), "vmdisk.fuse is not set");

        assertThat(page.type("fuse", temp, CHAIN).out()).contains("web01.vmx", "web01-000002.vmdk");
    }
}
