package io.vmdisk.cli.report;

import io.vmdisk.cli.view.ByteSize;
import io.vmdisk.cli.view.TableView.Column;
import java.io.IOException;

/** Space that is held for nothing. */
record SpaceChapter(ReportFacts facts, Look look) implements Chapter {
    @Override
    public String id() {
        return "space";
    }

    @Override
    public String title() {
        return "Space that could be given back";
    }

    @Override
    public void write(Html html) throws IOException {
        if (facts.spaces().isEmpty()) {
            html.element("p", "There is none that could be looked at.");
        } else {
            try (HtmlTable table = new HtmlTable(
                    html,
                    "Space that is held for nothing",
                    Column.left("What holds it"),
                    Column.right("How much"),
                    Column.left("What gives it back"))) {
                for (Space space : facts.spaces()) {
                    table.row(
                            space.what(),
                            space.bytes().value().map(ByteSize::print).orElse("unknown"),
                            space.bytes().problem().isEmpty()
                                    ? space.remedy()
                                    : space.bytes().problem());
                }
            }
        }
        if (!look.readsData()) {
            html.element(
                    "p", "Zeros that are stored were not looked for: 'vmdisk report --data' reads all data for them.");
        }
    }
}
