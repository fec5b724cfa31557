package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.testkit.NbdTools;
import io.vmdisk.testkit.Qemu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Types what stands in docs/serve.md into a shell. */
@Tag("long")
@DisabledOnOs(OS.WINDOWS)
class ServeGuideTest {
    @TempDir
    Path temp;

    private final ShellPage page = new ShellPage("serve.md");

    ServeGuideTest() throws IOException {}

    @BeforeAll
    static void needTools() {
        NbdTools.assumePresent();
        Qemu.assumePresent();
    }

    private static byte[] read(Path disk) {
        return CommandLineRun.of("read", disk).outBytes();
    }

    private ShellPage.Typed typed(String name) throws IOException {
        ShellPage.Typed typed = page.type(name, temp);
        try (Stream<Path> files = Files.list(typed.folder())) {
            assertThat(files.filter(file -> file.toString().endsWith(".sock"))).isEmpty();
        }
        return typed;
    }

    @Test
    void hasNoBlockThatIsNotTypedHere() {
        assertThat(page.names()).containsExactly("machine", "disk", "stdio", "write", "client");
    }

    @Test
    void servesAMachine() throws IOException {
        ShellPage.Typed typed = typed("machine");

        Path folder = typed.folder();
        assertThat(typed.out()).contains("scsi0:0", "scsi0:0@installed");
        assertThat(folder.resolve("exports.txt")).content().contains("nbd+unix:///scsi0:0?socket=");
        assertThat(folder.resolve("now.raw")).hasBinaryContent(read(folder.resolve("web01/web01-000002.vmdk")));
        assertThat(folder.resolve("before.raw")).hasBinaryContent(read(folder.resolve("web01/web01.vmdk")));
    }

    @Test
    void servesADisk() throws IOException {
        assertThat(typed("disk").out()).contains("hole,zero", "Images are identical");
    }

    @Test
    void servesOverStandardInputAndOutput() throws IOException {
        Path folder = typed("stdio").folder();

        assertThat(folder.resolve("disk.raw")).hasBinaryContent(read(folder.resolve("web01/web01-000002.vmdk")));
    }

    @Test
    void writesToAnOverlay() throws IOException {
        assertThat(typed("write").out()).contains("the content differs, first at byte", "only the overlay changed");
    }

    @Test
    void readsFromAServer() throws IOException {
        ShellPage.Typed typed = page.type("client", temp);

        assertThat(typed.out()).contains("the content is the same", "1048576");
        assertThat(read(typed.folder().resolve("copy.vmdk")))
                .isEqualTo(read(typed.folder().resolve("web01/web01.vmdk")));
    }
}
