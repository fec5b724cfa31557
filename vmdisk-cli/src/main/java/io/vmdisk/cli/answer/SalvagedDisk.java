package io.vmdisk.cli.answer;

import io.vmdisk.ByteRange;
import io.vmdisk.Finding;
import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.Outcome;
import io.vmdisk.cli.view.Result;
import io.vmdisk.cli.view.TableView;
import io.vmdisk.cli.view.TableView.Mood;
import io.vmdisk.repair.DiskSalvage;
import io.vmdisk.transfer.Imported;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What was saved of a damaged disk, and the map of what is lost.
 *
 * @param made the new disk
 * @param capacity its size in bytes
 * @param lost ranges of the disk of which nothing came; ascending
 * @param doubts why what was read may be wrong all the same; sentences
 * @param words how the list of lost ranges begins: that they are lost, and what they read as
 */
public record SalvagedDisk(Path made, long capacity, List<ByteRange> lost, List<String> doubts, String words)
        implements Result {
    /** What came of a salvage. */
    public static SalvagedDisk of(Path made, Imported saved, String words) {
        List<String> doubts = saved.findings().stream()
                .filter(finding -> finding.id().equals(DiskSalvage.DOUBT))
                .map(Finding::message)
                .toList();
        return new SalvagedDisk(made, saved.capacity(), saved.unreadable(), doubts, words);
    }

    /** Whether nothing is lost or in doubt. */
    public boolean isWhole() {
        return lost.isEmpty() && doubts.isEmpty();
    }

    @Override
    public void print(TableView text) throws IOException {
        text.line(summary());
        for (String line : lostLines()) {
            text.line(line, Mood.BAD);
        }
        for (String doubt : doubts) {
            text.line(doubt, Mood.BAD);
        }
    }

    @Override
    public Outcome outcome() {
        return Outcome.DONE;
    }

    /** The same as plain lines, for where standard output holds a disk. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>(List.of(summary()));
        lines.addAll(lostLines());
        lines.addAll(doubts);
        return lines;
    }

    private String summary() {
        return "saved as " + made + ": " + (capacity - lostBytes()) + " of " + capacity + " bytes are known";
    }

    private List<String> lostLines() {
        return lost.stream()
                .map(range -> words + ": " + range.length() + " bytes at " + range.start())
                .toList();
    }

    private long lostBytes() {
        return lost.stream().mapToLong(ByteRange::length).sum();
    }

    @Override
    public void write(JsonView json) throws IOException {
        json.field("path", made.toAbsolutePath().toString()).field("capacity", capacity);
        writeLost(json);
    }

    /** What is lost, as a member of an object. */
    void writeLost(JsonView json) throws IOException {
        json.array("lost");
        for (ByteRange range : lost) {
            json.object()
                    .field("start", range.start())
                    .field("length", range.length())
                    .endObject();
        }
        json.endArray();
        json.array("doubts");
        for (String doubt : doubts) {
            json.element(doubt);
        }
        json.endArray();
    }
}
