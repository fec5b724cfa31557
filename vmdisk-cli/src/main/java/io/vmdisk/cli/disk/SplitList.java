package io.vmdisk.cli.disk;

import io.vmdisk.cli.view.ByteSize;
import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.Result;
import io.vmdisk.cli.view.TableView;
import io.vmdisk.cli.view.TableView.Column;
import io.vmdisk.hash.DiskSplit;
import java.io.IOException;
import java.util.List;

/**
 * What {@code splits} found.
 *
 * @param target what was named
 * @param capacity bytes of the disk
 * @param splits its parts, from the first byte to the last
 */
record SplitList(String target, long capacity, List<DiskSplit> splits) implements Result {
    @Override
    public void print(TableView text) throws IOException {
        try (TableView.Table table =
                text.table(Column.right("part"), Column.right("start"), Column.right("end"), Column.right("stored"))) {
            int number = 0;
            for (DiskSplit split : splits) {
                table.row(
                        Integer.toString(++number),
                        Long.toString(split.range().start()),
                        Long.toString(split.range().end()),
                        ByteSize.print(split.storedBytes()));
            }
        }
    }

    @Override
    public void write(JsonView json) throws IOException {
        json.field("capacity", capacity);
        json.array("splits");
        for (DiskSplit split : splits) {
            json.object()
                    .field("start", split.range().start())
                    .field("end", split.range().end())
                    .field("stored", split.storedBytes())
                    .endObject();
        }
        json.endArray();
    }
}
