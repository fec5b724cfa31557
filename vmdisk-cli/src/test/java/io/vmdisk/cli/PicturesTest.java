package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The pictures of the README are what the commands draw of the sample; {@code -Dvmdisk.pictures.update=true} draws them
 * anew.
 */
class PicturesTest {
    private static final Path PICTURES = Sample.TESTDATA.resolveSibling("docs").resolve("pictures");
    private static final String STYLE = """
            <style>svg{background:#fff;font:15px system-ui,sans-serif}text{fill:#1c2733}.name{font-weight:600}\
            .state{fill:#0b62a4}.facts{fill:#55606c;font-size:13px}.line{fill:none;stroke:#55606c;stroke-width:2.5}\
            .dot{fill:#fff;stroke:#55606c;stroke-width:2.5}.dot.now{fill:#0b62a4;stroke:#0b62a4}</style>
            """;

    @TempDir
    Path folder;

    private static void same(String name, String drawn) throws IOException {
        Path picture = PICTURES.resolve(name);
        if (Boolean.getBoolean("vmdisk.pictures.update")) {
            Files.writeString(picture, drawn);
        }
        assertThat(Files.readString(picture)).isEqualTo(drawn);
    }

    @Test
    void theMapIsThatOfTheSample() throws IOException {
        Path drawn = folder.resolve("map.svg");
        CommandLineRun run =
                CommandLineRun.of("map", "--image", drawn, Sample.TESTDATA.resolve("web01/web01-000002.vmdk"));

        assertThat(run.exitCode()).as(run.err()).isZero();
        same("map.svg", Files.readString(drawn));
    }

    /** A branch off the sample: three states, one of them left behind. What a file system takes for it differs. */
    @Test
    void theChainIsThatOfTheSampleWithABranch() throws IOException {
        Path vm = Sample.copyTo(folder);
        for (String line : new String[] {"create %s later", "revert %s uid:1 --yes", "create %s tried"}) {
            CommandLineRun run = CommandLineRun.of((Object[]) ("snapshot " + line.formatted(vm)).split(" "));
            assertThat(run.exitCode()).as(run.err()).isZero();
        }
        Path page = folder.resolve("page.html");
        assertThat(CommandLineRun.of("report", vm, "-o", page).exitCode()).isZero();

        String html = Files.readString(page);
        int start = html.indexOf("<svg", html.indexOf("<h3>Chain"));
        String svg = html.substring(start, html.indexOf("</svg>", start) + 6);
        String drawn = svg.replaceFirst("\\n?<title>", "\n" + STYLE + "<title>")
                .replace(vm.toString() + "/", "")
                .replaceAll(", [0-9.]+ (bytes|KiB) on disk, CID [0-9a-f]{8}", "");
        same("chain.svg", drawn + "\n");
    }
}
