package io.vmdisk.cli.answer;

import io.vmdisk.cli.view.ByteSize;
import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.Result;
import io.vmdisk.cli.view.TableView;
import java.io.IOException;

/**
 * What {@code convert} made.
 *
 * @param path the new disk
 * @param format its format
 * @param capacity its virtual size in bytes
 */
public record Converted(String path, String format, long capacity) implements Result {
    @Override
    public void print(TableView text) throws IOException {
        text.line(path + ": " + format + ", " + ByteSize.printExact(capacity));
    }

    @Override
    public void write(JsonView json) throws IOException {
        json.object()
                .field("path", path)
                .field("format", format)
                .field("capacity", capacity)
                .endObject();
    }
}
