package io.vmdisk.cli.answer;

import io.vmdisk.cli.view.ByteSize;
import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.Result;
import io.vmdisk.cli.view.TableView;
import java.io.IOException;
import java.util.List;

/**
 * What {@code convert} made.
 *
 * @param path the new disk
 * @param format its format
 * @param capacity its virtual size in bytes
 * @param leftOut keys of what the source says of itself and the copy must not
 */
public record Converted(String path, String format, long capacity, List<String> leftOut) implements Result {
    public Converted {
        leftOut = List.copyOf(leftOut);
    }

    @Override
    public void print(TableView text) throws IOException {
        text.line(path + ": " + format + ", " + ByteSize.printExact(capacity));
        if (!leftOut.isEmpty()) {
            text.line("note: bound to the source, so not in the copy: " + String.join(", ", leftOut));
        }
    }

    @Override
    public void write(JsonView json) throws IOException {
        json.object()
                .field("path", path)
                .field("format", format)
                .field("capacity", capacity)
                .array("leftOut");
        for (String key : leftOut) {
            json.element(key);
        }
        json.endArray().endObject();
    }
}
