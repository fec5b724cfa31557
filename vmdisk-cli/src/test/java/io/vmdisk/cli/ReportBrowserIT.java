package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.testkit.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The page for people in a real browser, as wide as a screen and as narrow as a telephone. */
@Tag("long")
@EnabledOnOs(OS.LINUX)
class ReportBrowserIT {
    private static final String BEGIN = "<pre id=\"seen\">";
    private static final String END = "</pre>";

    /** The page in two frames, and a script that measures what the browser made of each. */
    private static final String FRAMES = """
            <!DOCTYPE html><meta charset="utf-8">
            <iframe id="wide" style="width:1280px;height:2000px"></iframe>
            <iframe id="narrow" style="width:360px;height:2000px"></iframe>
            <pre id="seen"></pre>
            <script>
            for (const id of ['wide', 'narrow']) {
              const frame = document.getElementById(id);
              frame.onload = () => {
                const page = frame.contentDocument, heights = s => s.getBoundingClientRect().height;
                const say = (key, value) => document.getElementById('seen').append(id + ' ' + key + ' ' + value + '\\n');
                say('overflow', page.documentElement.scrollWidth - page.documentElement.clientWidth);
                say('chapters', page.querySelectorAll('h2').length);
                say('flat-pictures', [...page.querySelectorAll('svg')].filter(s => heights(s) < 10).length);
                say('pictures', page.querySelectorAll('svg').length);
                say('dead-links', [...page.querySelectorAll('nav a')]
                  .filter(a => !page.getElementById(a.getAttribute('href').slice(1))).length);
                say('fetched', frame.contentWindow.performance.getEntriesByType('resource').length);
                say('narrowest-name', Math.min(...[...page.querySelectorAll('.wide tbody th')]
                  .map(head => Math.round(head.getBoundingClientRect().width))));
              };
              frame.src = 'page.html';
            }
            </script>
            """;

    @TempDir
    Path folder;

    @Test
    void showsAllOfItWithoutFetchingAnythingAtAnyWidth() throws Exception {
        Path vm = Sample.copyTo(folder);
        CommandLineRun report = CommandLineRun.of("report", vm, "-o", folder.resolve("page.html"));
        assertThat(report.exitCode()).as(report.err()).isZero();
        Files.writeString(folder.resolve("frames.html"), FRAMES);

        Map<String, Integer> seen = seen();

        for (String width : List.of("wide ", "narrow ")) {
            assertThat(seen).as(width).containsEntry(width + "overflow", 0).containsEntry(width + "dead-links", 0);
            assertThat(seen).as(width).containsEntry(width + "fetched", 0).containsEntry(width + "flat-pictures", 0);
            assertThat(seen.get(width + "chapters")).as(width).isGreaterThanOrEqualTo(7);
            assertThat(seen.get(width + "pictures")).as(width).isGreaterThanOrEqualTo(2);
            assertThat(seen.get(width + "narrowest-name")).as(width).isGreaterThanOrEqualTo(120);
        }
    }

    private Map<String, Integer> seen() throws Exception {
        Optional<Path> browser = browser();
        Needs.require(browser.isPresent(), "chromium");
        List<String> command = new ArrayList<>(List.of(browser.orElseThrow().toString(), "--headless", "--no-sandbox"));
        command.addAll(List.of("--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run"));
        command.addAll(List.of("--disable-background-networking", "--disable-component-update", "--disable-sync"));
        command.addAll(List.of("--allow-file-access-from-files", "--virtual-time-budget=10000", "--dump-dom"));
        command.add("--user-data-dir=" + folder.resolve("profile"));
        command.add(folder.resolve("frames.html").toUri().toString());
        ProcessRun run = ProcessRun.of(folder, Map.of(), command);
        assertThat(run.out()).as(run.err()).contains(BEGIN);
        String text = run.out().substring(run.out().indexOf(BEGIN) + BEGIN.length());
        text = text.substring(0, text.indexOf(END));
        // Which frame is there first is the browser's choice.
        assertThat(text).as(run.err()).contains("wide ", "narrow ");
        Map<String, Integer> seen = new HashMap<>();
        for (String line : text.strip().split("\n")) {
            int value = line.lastIndexOf(' ');
            seen.put(line.substring(0, value), Integer.parseInt(line.substring(value + 1)));
        }
        return seen;
    }

    private static Optional<Path> browser() {
        return List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome").stream()
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
    }
}
