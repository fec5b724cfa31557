package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/host-rules.md} names a document and a test for each rule of VMware's, and codes that are ours. */
class HostRulesPageTest {
    private static final Pattern CODE =
            Pattern.compile("`((?:unsafe|limit|unsupported|vm|chain|check)\\.[a-z-]+)`|\\b([A-Z]{3}-\\d{2})\\b");

    private static List<String> rows() throws IOException {
        return NamedTests.rows("host-rules.md", "## Snapshots", "rule");
    }

    @Test
    void everyRuleNamesItsDocumentAndTestsThatAreThere() throws IOException {
        assertThat(rows()).hasSizeGreaterThan(25).allSatisfy(row -> {
            String[] cells = row.split(" \\| ");
            assertThat(cells).hasSize(4).allSatisfy(cell -> assertThat(cell).isNotBlank());
        });
        assertThat(NamedTests.read().missing(rows())).isEmpty();
    }

    @Test
    void everyCodeIsOneOfOurs() throws IOException {
        String known = Files.readString(ProcessRun.ROOT.resolve("docs/codes.md"))
                + Files.readString(ProcessRun.ROOT.resolve("docs/lint.md"));
        List<String> unknown = new ArrayList<>();
        for (String row : rows()) {
            Matcher code = CODE.matcher(row);
            while (code.find()) {
                String word = code.group(1) == null ? "| " + code.group(2) + " |" : "`" + code.group(1) + "`";
                if (!known.contains(word)) {
                    unknown.add(word);
                }
            }
        }
        assertThat(unknown).isEmpty();
    }
}
