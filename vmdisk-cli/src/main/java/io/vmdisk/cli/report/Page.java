package io.vmdisk.cli.report;

import io.vmdisk.cli.answer.MachineInfo;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The whole page. It loads nothing and runs nothing: its policy lets a browser use its own styles, known by their digest, and
 * nothing else.
 */
final class Page {
    /** That of {@link #styles}, which a test compares: to load a digest takes longer than to write the page. */
    private static final String STYLES_SHA256 = "bIt0hri4kJBHNFq+F23l4yz0PNBVyDsP2AiqJyySyu8=";

    private static final String POLICY =
            "default-src 'none'; style-src 'sha256-" + STYLES_SHA256 + "'; base-uri 'none'; form-action 'none'";

    private final ReportFacts facts;
    private final List<Chapter> chapters = new ArrayList<>();

    Page(ReportFacts facts, Look look) {
        this.facts = facts;
        chapters.add(new SummaryChapter(facts));
        MachineInfo machine = facts.machine().orElse(null);
        if (machine != null) {
            chapters.add(new MachineChapter(machine));
        }
        for (DiskFacts disk : facts.disks()) {
            chapters.add(new DiskChapter(disk, chapters.size(), look));
        }
        if (machine != null) {
            chapters.add(new SnapshotChapter(facts, machine));
        }
        chapters.add(new FindingsChapter(facts));
        facts.lint().ifPresent(lint -> chapters.add(new LintChapter(lint)));
        chapters.add(new SpaceChapter(facts, look));
        chapters.add(new CostChapter(facts));
    }

    void write(OutputStream out) throws IOException {
        Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
        Html html = new Html(writer);
        html.ours("<!DOCTYPE html>\n").open("html", "lang", "en", "xmlns", "http://www.w3.org/1999/xhtml");
        html.open("head").empty("meta", "charset", "utf-8");
        html.empty("meta", "http-equiv", "Content-Security-Policy", "content", POLICY);
        html.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        html.empty("meta", "name", "color-scheme", "content", "light dark");
        html.empty("meta", "name", "referrer", "content", "no-referrer");
        html.element("title", facts.title() + ": report of vmdisk");
        html.open("style").ours(styles()).close("style").close("head");
        html.open("body");
        header(html);
        html.open("main");
        for (Chapter chapter : chapters) {
            html.open("section", "id", chapter.id(), "aria-labelledby", chapter.id() + "-title");
            html.element("h2", chapter.title(), "id", chapter.id() + "-title");
            chapter.write(html);
            html.close("section");
        }
        html.close("main").close("body").close("html");
        writer.flush();
    }

    private void header(Html html) throws IOException {
        html.open("header").element("h1", facts.title());
        html.element(
                "p",
                (facts.machine().isPresent() ? "Machine " : "Disk ")
                        + facts.subject().toAbsolutePath().normalize() + ", looked at "
                        + Age.moment(facts.now()));
        html.open("nav", "aria-label", "Chapters").open("ul");
        for (Chapter chapter : chapters) {
            html.open("li")
                    .element("a", chapter.title(), "href", "#" + chapter.id())
                    .close("li");
        }
        html.close("ul").close("nav").close("header");
    }

    private static String styles() throws IOException {
        try (InputStream in = Objects.requireNonNull(Page.class.getResourceAsStream("report.css"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
