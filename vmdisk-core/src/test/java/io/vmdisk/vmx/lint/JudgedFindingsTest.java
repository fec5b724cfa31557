package io.vmdisk.vmx.lint;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * A sample of what lint finds in configurations that others published, each finding judged: {@code judged.tsv} has the
 * verdicts with their grounds. What was wrong is gone, shown on own lines; what was right, {@link VmxLintTest} shows on own
 * lines too, by the row of the rule in {@code cases.tsv}.
 */
class JudgedFindingsTest {
    /** One row: findings of one rule with one verdict. */
    private record Judged(String rule, int count, String verdict, String lines, String ground) {
        /** What the lines are linted for; empty for nothing special. */
        List<String> purpose() {
            String word = lines.substring(0, lines.indexOf(' '));
            return word.equals("always") ? List.of() : List.of(word);
        }

        String edits() {
            return lines.substring(lines.indexOf(' ') + 1);
        }
    }

    private static List<Judged> judged() throws IOException {
        try (InputStream in = JudgedFindingsTest.class.getResourceAsStream("judged.tsv")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> Splitter.on('\t').splitToList(line))
                    .map(row ->
                            new Judged(row.get(0), Integer.parseInt(row.get(1)), row.get(2), row.get(3), row.get(4)))
                    .toList();
        }
    }

    @Test
    void aHundredFindingsAreJudgedEachWithItsGround() throws IOException {
        assertThat(judged().stream().mapToInt(Judged::count).sum()).isEqualTo(100);
        assertThat(judged()).allSatisfy(row -> assertThat(row.ground()).isNotBlank());
        assertThat(judged()).extracting(Judged::verdict).containsOnly("right", "wrong", "wording", "unproven");
    }

    @Test
    void whatWasRightIsShownOnLinesOfOurOwn() throws IOException {
        Set<String> shown =
                VmxLintTest.cases().stream().map(VmxLintTest.Case::id).collect(Collectors.toSet());

        assertThat(shown).containsAll(judged().stream().map(Judged::rule).toList());
    }

    @Test
    void whatWasWrongIsGone() throws IOException {
        for (Judged row : judged()) {
            if (row.verdict().equals("wrong")) {
                LintMachine machine = LintMachine.withEdits(row.edits());
                assertThat(VmxLint.run(machine.vmx(), machine, LintOptions.of(row.purpose())))
                        .as(row.toString())
                        .extracting(LintFinding::id)
                        .doesNotContain(row.rule());
            }
        }
    }

    @Test
    void whatWasWorseWordedSaysNoMoreThanItKnows() throws IOException {
        for (Judged row : judged()) {
            if (row.verdict().equals("wording")) {
                LintMachine machine = LintMachine.withEdits(row.edits());
                assertThat(VmxLint.run(machine.vmx(), machine, LintOptions.of(row.purpose())))
                        .filteredOn(finding -> finding.id().equals(row.rule()))
                        .singleElement()
                        .satisfies(finding -> assertThat(finding.message()).contains("is named by a path"));
            }
        }
    }
}
