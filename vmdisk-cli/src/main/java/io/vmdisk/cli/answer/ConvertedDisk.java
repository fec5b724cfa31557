package io.vmdisk.cli.answer;

import io.vmdisk.cli.view.ByteSize;
import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.Outcome;
import io.vmdisk.cli.view.Result;
import io.vmdisk.cli.view.TableView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A disk that {@code create}, {@code convert} or {@code clone} made or filled, or would.
 *
 * @param path the disk, as it was typed
 * @param format its format
 * @param capacity its virtual size in bytes
 * @param leftOut keys of what the source says of itself and the copy must not
 * @param work what it takes
 * @param outcome whether it was done
 */
public record ConvertedDisk(
        Path path, String format, long capacity, List<String> leftOut, PlannedWork work, Outcome outcome)
        implements Result {
    /** Copies the list. */
    public ConvertedDisk {
        leftOut = List.copyOf(leftOut);
    }

    @Override
    public void print(TableView text) throws IOException {
        if (outcome == Outcome.DRY_RUN) {
            DiskChange.rehearsed(text, work);
            DiskChange.notes(text, work);
            return;
        }
        text.line(path + ": " + format + ", " + ByteSize.printExact(capacity));
        if (!leftOut.isEmpty()) {
            text.line("note: bound to the source, so not in the copy: " + String.join(", ", leftOut));
        }
    }

    @Override
    public void write(JsonView json) throws IOException {
        json.field("path", path.toAbsolutePath().toString())
                .field("format", format)
                .field("capacity", capacity)
                .array("leftOut");
        for (String key : leftOut) {
            json.element(key);
        }
        json.endArray();
        work.write(json);
    }
}
