package io.vmdisk.cli.answer;

import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.Result;
import io.vmdisk.cli.view.TableView;
import io.vmdisk.dictionary.Dictionary;
import java.io.IOException;
import java.util.Map;

/**
 * Entries of a configuration.
 *
 * @param keys the document
 * @param entries those to show
 */
public record VmxEntries(Dictionary keys, Map<String, String> entries) implements Result {
    @Override
    public void print(TableView text) throws IOException {
        for (Map.Entry<String, String> entry : entries.entrySet()) {
            text.line(entry.getKey() + " = \"" + entry.getValue() + "\"");
        }
    }

    @Override
    public void write(JsonView json) throws IOException {
        json.array("entries");
        for (Map.Entry<String, String> entry : entries.entrySet()) {
            json.object()
                    .field("key", entry.getKey())
                    .field("value", entry.getValue())
                    .field("line", keys.lineOf(entry.getKey()).orElse(0))
                    .endObject();
        }
        json.endArray();
    }
}
