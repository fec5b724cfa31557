package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The example of {@code docs/formats/sesparse.md} has the bytes that the page shows. */
@DisabledOnOs(OS.WINDOWS)
class SeSparsePageTest {
    private static final String PAGE = "formats/sesparse.md";
    private static final Pattern DUMP = Pattern.compile("(?s)```dump\\n(.*?)```");
    private static final Pattern LINE = Pattern.compile("([0-9a-f]{8})  ((?:[0-9a-f]{2} )*[0-9a-f]{2})(?: {3,}\\S.*)?");

    @TempDir
    Path temp;

    @Test
    void theExampleHasTheBytesThatThePageShows() throws IOException {
        Path folder = new ShellPage(PAGE).type("example", temp).folder();
        byte[] made = Files.readAllBytes(folder.resolve("example-sesparse.vmdk"));
        Matcher dump = DUMP.matcher(
                Files.readString(Sample.TESTDATA.resolveSibling("docs").resolve(PAGE)));
        assertThat(dump.find()).isTrue();

        List<String> wrong = new ArrayList<>();
        List<String> lines = dump.group(1).lines().toList();
        for (String line : lines) {
            Matcher parts = LINE.matcher(line);
            assertThat(parts.matches()).as(line).isTrue();
            byte[] shown = HexFormat.ofDelimiter(" ").parseHex(parts.group(2));
            int at = HexFormat.fromHexDigits(parts.group(1));
            if (java.util.Arrays.mismatch(made, at, at + shown.length, shown, 0, shown.length) >= 0) {
                wrong.add(line);
            }
        }

        assertThat(lines).hasSizeGreaterThan(10);
        assertThat(wrong).isEmpty();
    }
}
