package io.vmdisk.cli.answer;

import io.vmdisk.ByteRange;
import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.Outcome;
import io.vmdisk.cli.view.Result;
import io.vmdisk.cli.view.TableView;
import io.vmdisk.cli.view.TableView.Mood;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What was saved of a broken stream, and the map of what is lost.
 *
 * @param made the new disk
 * @param capacity its size in bytes
 * @param lost ranges of the disk that read as zeros because nothing came for them; ascending
 */
public record Salvaged(Path made, long capacity, List<ByteRange> lost) implements Result {
    @Override
    public void print(TableView text) throws IOException {
        text.line("saved as " + made + ": " + (capacity - lostBytes()) + " of " + capacity + " bytes are known");
        for (ByteRange range : lost) {
            text.line("lost, reads as zeros: " + range.length() + " bytes at " + range.start(), Mood.BAD);
        }
    }

    @Override
    public Outcome outcome() {
        return Outcome.DONE;
    }

    private long lostBytes() {
        return lost.stream().mapToLong(ByteRange::length).sum();
    }

    @Override
    public void write(JsonView json) throws IOException {
        json.field("path", made.toAbsolutePath().toString()).field("capacity", capacity);
        json.array("lost");
        for (ByteRange range : lost) {
            json.object()
                    .field("start", range.start())
                    .field("length", range.length())
                    .endObject();
        }
        json.endArray();
    }
}
