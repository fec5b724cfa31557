package io.vmdisk.cli.report;

import io.vmdisk.Finding;
import io.vmdisk.cli.answer.LibraryWords;
import io.vmdisk.cli.view.RemedyWords;
import io.vmdisk.cli.view.TableView.Column;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/** What is wrong, and what mends it. */
record FindingsChapter(ReportFacts facts) implements Chapter {
    private static final int MOST = 500;

    @Override
    public String id() {
        return "findings";
    }

    @Override
    public String title() {
        return "What is wrong";
    }

    @Override
    public void write(Html html) throws IOException {
        if (facts.check().value().isEmpty()) {
            html.element("p", "It could not be checked: " + facts.check().problem(), "class", "problem");
            return;
        }
        List<Finding> findings = facts.check().value().get().findings().stream()
                .sorted(Comparator.comparing(Finding::severity).reversed())
                .toList();
        if (findings.isEmpty()) {
            html.element("p", "Nothing was found.");
            return;
        }
        try (HtmlTable table = new HtmlTable(
                html,
                "Findings, worst first",
                Column.left("Severity"),
                Column.left("File"),
                Column.left("What was found"),
                Column.left("What to do"),
                Column.left("Id"))) {
            for (Finding finding : findings.subList(0, Math.min(MOST, findings.size()))) {
                table.row(
                        LibraryWords.text(finding.severity()),
                        finding.file() == null
                                ? ""
                                : Objects.toString(finding.file().getFileName()),
                        finding.message() + (finding.offset() < 0 ? "" : " (at byte " + finding.offset() + ")"),
                        RemedyWords.text(finding.remedy()),
                        finding.id());
            }
        }
        if (findings.size() > MOST) {
            html.element("p", "There are " + (findings.size() - MOST) + " more: 'vmdisk check' tells them.");
        }
    }
}
