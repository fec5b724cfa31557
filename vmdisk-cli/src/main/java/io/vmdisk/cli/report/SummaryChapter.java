package io.vmdisk.cli.report;

import io.vmdisk.Finding;
import io.vmdisk.Finding.Severity;
import io.vmdisk.check.CheckReport;
import io.vmdisk.cli.answer.LibraryWords;
import io.vmdisk.cli.view.ByteSize;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What somebody reads who reads no further. */
record SummaryChapter(ReportFacts facts) implements Chapter {
    @Override
    public String id() {
        return "summary";
    }

    @Override
    public String title() {
        return "In short";
    }

    @Override
    public void write(Html html) throws IOException {
        verdict(html);
        html.open("ul");
        for (DiskFacts disk : facts.disks()) {
            html.element(
                    "li",
                    disk.title() + ": "
                            + disk.info()
                                    .value()
                                    .map(info -> info.health())
                                    .orElse(disk.info().problem()));
        }
        long space = facts.reclaimable();
        html.element(
                "li",
                space == 0
                        ? "no space was found that could be given back"
                        : ByteSize.print(space) + " could be given back");
        for (Cost cost : facts.costs()) {
            html.element("li", cost.command() + ": " + CostChapter.inShort(cost));
        }
        html.close("ul");
    }

    private void verdict(Html html) throws IOException {
        if (facts.check().value().isEmpty()) {
            html.element("p", "It could not be checked: " + facts.check().problem(), "class", "verdict warning");
            return;
        }
        CheckReport report = facts.check().value().get();
        String counts = counts(report.findings());
        switch (report.verdict()) {
            case CLEAN -> html.element("p", "No damage was found" + counts + ".", "class", "verdict good");
            case NOT_CHECKED ->
                html.element(
                        "p",
                        "No damage was found, but not everything could be checked" + counts + ".",
                        "class",
                        "verdict warning");
            case LEAKS ->
                html.element(
                        "p",
                        "No damage was found, but space is held that nothing uses" + counts + ".",
                        "class",
                        "verdict warning");
            case CORRUPT -> html.element("p", "It is damaged" + counts + ".", "class", "verdict error");
        }
    }

    private static String counts(List<Finding> findings) {
        List<String> parts = new ArrayList<>();
        for (Severity severity : List.of(Severity.ERROR, Severity.WARNING, Severity.LEAK, Severity.INFO)) {
            long count = findings.stream().filter(f -> f.severity() == severity).count();
            if (count > 0) {
                parts.add(LibraryWords.count(count, severity == Severity.INFO ? "note" : LibraryWords.text(severity)));
            }
        }
        return parts.isEmpty() ? "" : ": " + String.join(", ", parts);
    }
}
