package io.vmdisk.cli.report;

import io.vmdisk.cli.view.TableView.Column;
import io.vmdisk.cli.view.TableView.Side;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** A table whose rows are named by their first cell; close it to end it. */
final class HtmlTable implements Closeable {
    private final Html html;
    private final List<Column> columns;

    /** Begins one; the caption says what it is for. */
    HtmlTable(Html html, String caption, Column... columns) throws IOException {
        this.html = html;
        this.columns = List.of(columns);
        html.open("div", "class", "wide").open("table").element("caption", caption);
        html.open("thead").open("tr");
        for (Column column : columns) {
            html.element("th", column.title(), "scope", "col", "class", side(column));
        }
        html.close("tr").close("thead").open("tbody");
    }

    private static String side(Column column) {
        return column.side() == Side.RIGHT ? "number" : "word";
    }

    void row(String... cells) throws IOException {
        html.open("tr").element("th", cells[0], "scope", "row", "class", side(columns.get(0)));
        for (int i = 1; i < cells.length; i++) {
            html.element("td", cells[i], "class", side(columns.get(i)));
        }
        html.close("tr");
    }

    @Override
    public void close() throws IOException {
        html.close("tbody").close("table").close("div");
    }
}
