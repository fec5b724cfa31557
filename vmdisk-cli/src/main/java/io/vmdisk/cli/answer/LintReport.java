package io.vmdisk.cli.answer;

import io.vmdisk.Finding.Severity;
import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.RemedyWords;
import io.vmdisk.cli.view.Result;
import io.vmdisk.cli.view.TableView;
import io.vmdisk.cli.view.TableView.Mood;
import io.vmdisk.vmx.lint.LintFinding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What lint found, worst first.
 *
 * @param configuration the file
 * @param findings the findings
 */
public record LintReport(Path configuration, List<LintFinding> findings) implements Result {
    /** Whether something keeps the machine from starting or loses data. */
    public boolean hasErrors() {
        return findings.stream().anyMatch(finding -> finding.severity() == Severity.ERROR);
    }

    @Override
    public void print(TableView text) throws IOException {
        for (LintFinding finding : findings) {
            String place = finding.line() > 0 ? "line " + finding.line() + ": " : "";
            String key = finding.key().isEmpty() ? "" : finding.key() + ": ";
            text.line(word(finding) + " " + finding.id() + ": " + place + key + finding.message(), mood(finding));
            text.line("    " + RemedyWords.text(finding.fix()));
        }
        text.line(summary(), hasErrors() ? Mood.BAD : findings.isEmpty() ? Mood.GOOD : Mood.WARNING);
    }

    private String summary() {
        return LibraryWords.count(count(Severity.ERROR), "error") + ", "
                + LibraryWords.count(count(Severity.WARNING), "warning") + ", "
                + LibraryWords.count(count(Severity.INFO), "note");
    }

    private long count(Severity severity) {
        return findings.stream().filter(f -> f.severity() == severity).count();
    }

    private static String word(LintFinding finding) {
        return finding.severity().name().toLowerCase(Locale.ROOT);
    }

    private static Mood mood(LintFinding finding) {
        return switch (finding.severity()) {
            case ERROR -> Mood.BAD;
            case WARNING, LEAK -> Mood.WARNING;
            case INFO -> Mood.GOOD;
        };
    }

    @Override
    public void write(JsonView json) throws IOException {
        FindingJson.array(json, configuration, findings);
    }
}
