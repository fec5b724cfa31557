package io.vmdisk.cli.report;

import io.vmdisk.Finding;
import io.vmdisk.Finding.Severity;
import io.vmdisk.cli.answer.LibraryWords;
import io.vmdisk.cli.answer.PlannedWork;
import io.vmdisk.cli.view.ByteSize;
import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.Outcome;
import io.vmdisk.cli.view.Result;
import io.vmdisk.cli.view.TableView;
import io.vmdisk.vmx.lint.LintFinding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What {@code report} says of the page it made.
 *
 * @param page the file
 * @param facts what stands in it
 */
record Reported(Path page, ReportFacts facts) implements Result {
    private Optional<List<Severity>> checked() {
        return facts.check()
                .value()
                .map(report -> report.findings().stream().map(Finding::severity).toList());
    }

    private Optional<List<Severity>> linted() {
        return facts.lint()
                .flatMap(Answer::value)
                .map(report ->
                        report.findings().stream().map(LintFinding::severity).toList());
    }

    private static long count(List<Severity> all, Severity severity) {
        return all.stream().filter(each -> each == severity).count();
    }

    @Override
    public void print(TableView text) throws IOException {
        text.fact("report", page.toString());
        text.fact(
                "found",
                checked().map(Reported::words).orElseGet(() -> facts.check().problem()));
        if (facts.lint().isPresent()) {
            text.fact(
                    "lint",
                    linted().map(Reported::words)
                            .orElseGet(() -> facts.lint().get().problem()));
        }
        text.fact("could be given back", ByteSize.print(facts.reclaimable()));
        for (Cost cost : facts.costs()) {
            text.line(cost.command() + ": " + CostChapter.inShort(cost));
        }
    }

    private static String words(List<Severity> all) {
        return LibraryWords.count(count(all, Severity.ERROR), "error") + ", "
                + LibraryWords.count(count(all, Severity.WARNING), "warning")
                + ", " + LibraryWords.count(count(all, Severity.LEAK), "leak") + ", "
                + LibraryWords.count(count(all, Severity.INFO), "note");
    }

    @Override
    public void write(JsonView json) throws IOException {
        json.field("path", page.toAbsolutePath().toString())
                .field("kind", facts.machine().isPresent() ? "machine" : "disk")
                .field("disks", facts.disks().size());
        counts(json, "found", checked());
        counts(json, "lint", linted());
        json.field("reclaimable", facts.reclaimable()).array("spaces");
        for (Space space : facts.spaces()) {
            json.object()
                    .field("what", space.what())
                    .number("bytes", space.bytes().value().map(OptionalLong::of).orElse(OptionalLong.empty()))
                    .field("problem", orNull(space.bytes().problem()))
                    .field("remedy", space.remedy())
                    .endObject();
        }
        json.endArray().array("costs");
        for (Cost cost : facts.costs()) {
            Optional<PlannedWork> work = cost.work().value();
            json.object()
                    .field("command", cost.command())
                    .number("bytes", work.map(PlannedWork::bytes).orElse(OptionalLong.empty()))
                    .number("seconds", work.map(PlannedWork::seconds).orElse(OptionalLong.empty()))
                    .field("problem", orNull(cost.work().problem()))
                    .endObject();
        }
        json.endArray();
    }

    private static @org.jspecify.annotations.Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private static void counts(JsonView json, String key, Optional<List<Severity>> found) throws IOException {
        if (found.isEmpty()) {
            json.nothing(key);
            return;
        }
        json.object(key);
        json.field("errors", count(found.get(), Severity.ERROR))
                .field("warnings", count(found.get(), Severity.WARNING))
                .field("leaks", count(found.get(), Severity.LEAK))
                .field("notes", count(found.get(), Severity.INFO))
                .endObject();
    }

    @Override
    public Outcome outcome() {
        return Outcome.DONE;
    }
}
