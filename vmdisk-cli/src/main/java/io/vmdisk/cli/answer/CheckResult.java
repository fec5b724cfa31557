package io.vmdisk.cli.answer;

import io.vmdisk.ByteRange;
import io.vmdisk.Finding;
import io.vmdisk.Finding.Severity;
import io.vmdisk.check.CheckReport;
import io.vmdisk.check.Verdict;
import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.RemedyWords;
import io.vmdisk.cli.view.Result;
import io.vmdisk.cli.view.TableView;
import io.vmdisk.cli.view.TableView.Mood;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What {@code check} found, worst first.
 *
 * @param report what the library says
 * @param part the bytes of which data was read; null for all
 */
public record CheckResult(CheckReport report, @Nullable ByteRange part) implements Result {
    /** Of a check that read all, or nothing but tables. */
    public CheckResult(CheckReport report) {
        this(report, null);
    }

    @Override
    public void print(TableView text) throws IOException {
        for (Finding finding : sorted()) {
            String file = finding.file() == null ? "" : finding.file() + ": ";
            String place = finding.offset() < 0 ? "" : " (at byte " + finding.offset() + ")";
            text.line(word(finding) + " " + finding.id() + ": " + file + finding.message() + place, mood(finding));
            if (!finding.remedy().isEmpty()) {
                text.line("    " + RemedyWords.text(finding.remedy()));
            }
        }
        text.line(summary(), moodOfAll());
    }

    private List<Finding> sorted() {
        return report.findings().stream()
                .sorted(Comparator.comparing(Finding::severity).reversed())
                .toList();
    }

    private String summary() {
        String files = LibraryWords.count(report.files().size(), "file") + ": ";
        String counts = LibraryWords.count(count(Severity.ERROR), "error") + ", "
                + LibraryWords.count(count(Severity.WARNING), "warning") + ", "
                + LibraryWords.count(count(Severity.LEAK), "leak") + ", "
                + LibraryWords.count(count(Severity.INFO), "note");
        return files + verdict() + (report.findings().isEmpty() ? "" : " (" + counts + ")");
    }

    private String verdict() {
        return switch (report.verdict()) {
            case CLEAN -> "no damage found";
            case NOT_CHECKED -> "no damage found, but not everything could be checked";
            case CORRUPT -> "damaged";
            case LEAKS -> "no damage found, but space is held that nothing uses";
        };
    }

    private Mood moodOfAll() {
        return switch (report.verdict()) {
            case CLEAN -> Mood.GOOD;
            case NOT_CHECKED, LEAKS -> Mood.WARNING;
            case CORRUPT -> Mood.BAD;
        };
    }

    private long count(Severity severity) {
        return report.findings().stream().filter(f -> f.severity() == severity).count();
    }

    private static String word(Finding finding) {
        return finding.severity().name().toLowerCase(Locale.ROOT);
    }

    private static Mood mood(Finding finding) {
        return switch (finding.severity()) {
            case ERROR -> Mood.BAD;
            case WARNING, LEAK -> Mood.WARNING;
            case INFO -> Mood.GOOD;
        };
    }

    @Override
    public void write(JsonView json) throws IOException {
        json.field("path", report.disk().toString()).field("verdict", word(report.verdict()));
        if (part != null) {
            json.field("start", part.start()).field("end", part.end());
        }
        json.array("files");
        for (Path file : report.files()) {
            json.element(file.toString());
        }
        json.endArray();
        FindingJson.array(json, sorted());
    }

    private static String word(Verdict verdict) {
        return switch (verdict) {
            case CLEAN -> "clean";
            case NOT_CHECKED -> "not-checked";
            case CORRUPT -> "corrupt";
            case LEAKS -> "leaks";
        };
    }
}
