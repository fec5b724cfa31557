package io.vmdisk.cli.report;

import io.vmdisk.cli.answer.LibraryWords;
import io.vmdisk.cli.answer.LintReport;
import io.vmdisk.cli.view.RemedyWords;
import io.vmdisk.cli.view.TableView.Column;
import io.vmdisk.vmx.lint.LintFinding;
import java.io.IOException;

/** What the configuration could have better. */
record LintChapter(Answer<LintReport> lint) implements Chapter {
    @Override
    public String id() {
        return "lint";
    }

    @Override
    public String title() {
        return "The configuration";
    }

    @Override
    public void write(Html html) throws IOException {
        if (lint.value().isEmpty()) {
            html.element("p", "It could not be judged: " + lint.problem(), "class", "problem");
            return;
        }
        if (lint.value().get().findings().isEmpty()) {
            html.element("p", "Nothing was found.");
            return;
        }
        try (HtmlTable table = new HtmlTable(
                html,
                "Findings of vmx lint, worst first",
                Column.left("Severity"),
                Column.right("Line"),
                Column.left("Key"),
                Column.left("What was found"),
                Column.left("What to do"),
                Column.left("Rule"))) {
            for (LintFinding finding : lint.value().get().findings()) {
                table.row(
                        LibraryWords.text(finding.severity()),
                        finding.line() > 0 ? Integer.toString(finding.line()) : "",
                        finding.key(),
                        finding.message(),
                        RemedyWords.text(finding.fix()),
                        finding.id());
            }
        }
    }
}
