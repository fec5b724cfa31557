package io.vmdisk.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.view.TableView.Column;
import io.vmdisk.cli.view.TableView.Mood;
import java.io.IOException;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class TableViewTest {
    private final StringWriter out = new StringWriter();
    private final TableView view = new TableView(out, Ink.PLAIN);

    @Test
    void alignsWordsLeftAndNumbersRight() throws IOException {
        try (TableView.Table table = view.table(Column.left("file"), Column.right("size"), Column.left("type"))) {
            table.row("a.vmdk", "5", "FLAT");
            table.row("longer-name.vmdk", "12345", "SPARSE");
        }

        assertThat(out).hasToString("""
                        FILE               SIZE  TYPE
                        a.vmdk                5  FLAT
                        longer-name.vmdk  12345  SPARSE
                        """);
    }

    @Test
    void printsNothingForATableWithoutRows() throws IOException {
        view.table(Column.left("file")).close();

        assertThat(out.toString()).isEmpty();
    }

    @Test
    void streamsALongTableAndCutsNoCell() throws IOException {
        try (TableView.Table table = view.table(Column.right("n"), Column.left("x"))) {
            for (int i = 0; i < 1001; i++) {
                table.row(Integer.toString(i), "y");
            }
            assertThat(out.toString()).endsWith("1000  y\n");
            table.row("1234567", "z");
        }

        assertThat(out.toString()).endsWith("1234567  z\n");
    }

    @Test
    void putsFactsUnderEachOther() throws IOException {
        view.fact("format", "monolithicSparse");
        view.fact("health", "fine", Mood.GOOD);

        assertThat(out).hasToString("format:           monolithicSparse\nhealth:           fine\n");
    }

    @Test
    void coloursOnlyWhatTheViewItselfAdds() throws IOException {
        TableView coloured = new TableView(out, Ink.COLOURED);

        coloured.fact("health", "x\u001b[31m", Mood.BAD);

        assertThat(out).hasToString("health:           \u001b[31mx\\x1b[31m\u001b[0m\n");
    }
}
