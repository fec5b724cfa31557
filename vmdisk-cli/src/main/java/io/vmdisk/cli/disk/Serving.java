package io.vmdisk.cli.disk;

import io.vmdisk.cli.view.ByteSize;
import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.Result;
import io.vmdisk.cli.view.TableView;
import io.vmdisk.cli.view.TableView.Column;
import io.vmdisk.cli.view.TableView.Mood;
import io.vmdisk.nbd.NbdExport;
import java.io.IOException;
import java.util.List;

/**
 * What {@code serve} says once clients can connect.
 *
 * @param target what was named
 * @param place where it listens
 * @param writable whether clients may write
 * @param exports what they may ask for
 */
record Serving(String target, ServePlace place, boolean writable, List<NbdExport> exports) implements Result {
    @Override
    public void print(TableView text) throws IOException {
        text.fact("serving", target + (writable ? ", writable" : ", read-only"));
        text.gap();
        try (TableView.Table table = text.table(
                Column.left("export"), Column.right("size"), Column.left("address"), Column.left("what it is"))) {
            for (NbdExport export : exports) {
                boolean opens = export.failure().isEmpty();
                table.row(
                        export.name().isEmpty() ? "(default)" : export.name(),
                        opens ? ByteSize.print(export.size()) : "",
                        opens ? place.uri(export.name()) : "",
                        opens ? export.description() : export.description() + ": can't be opened");
            }
        }
        for (NbdExport export : exports) {
            if (export.failure().isPresent()) {
                text.line(String.valueOf(export.failure().get().getMessage()), Mood.WARNING);
            }
        }
    }

    @Override
    public void write(JsonView json) throws IOException {
        json.field("writable", writable).field("encrypted", place.encrypted());
        json.array("exports");
        for (NbdExport export : exports) {
            json.object().field("name", export.name()).field("description", export.description());
            if (export.failure().isPresent()) {
                json.field("error", String.valueOf(export.failure().get().getMessage()));
            } else {
                json.field("size", export.size()).field("uri", place.uri(export.name()));
            }
            json.endObject();
        }
        json.endArray();
    }
}
