package io.vmdisk.cli.answer;

import io.vmdisk.cli.view.ByteSize;
import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.Result;
import io.vmdisk.cli.view.TableView;
import io.vmdisk.cli.view.TableView.Column;
import io.vmdisk.cli.view.TableView.Mood;
import io.vmdisk.snapshot.vmsn.Checkpoint;
import io.vmdisk.snapshot.vmsn.CheckpointGroup;
import io.vmdisk.snapshot.vmsn.CheckpointSummary;
import io.vmdisk.snapshot.vmsn.CheckpointSummary.MemoryLocation;
import io.vmdisk.snapshot.vmsn.SnapshotPart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * What {@code info} says of a {@code .vmsn} or {@code .vmss}.
 *
 * @param summary at a glance
 * @param groups its table
 */
public record CheckpointInfo(CheckpointSummary summary, List<CheckpointGroup> groups) implements Result {
    /** Copies the list. */
    public CheckpointInfo {
        groups = List.copyOf(groups);
    }

    public static CheckpointInfo of(Path file) throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            return new CheckpointInfo(checkpoint.summary(), checkpoint.groups());
        }
    }

    @Override
    public void print(TableView text) throws IOException {
        text.fact("checkpoint", summary.path().toString());
        text.fact("kind", LibraryWords.text(summary.kind()));
        if (summary.kind().consumed()) {
            text.fact("", "it was resumed, or may not be: resuming it again destroys file systems", Mood.WARNING);
        }
        text.fact("machine", summary.displayName().orElse("unknown"));
        text.fact("product", product());
        text.fact("memory size", number(summary.memoryMiB(), " MiB"));
        text.fact("processors", number(summary.processors(), ""));
        text.fact("memory", LibraryWords.text(summary.memory()), mood(summary.memory()));
        text.fact("screenshots", Integer.toString(summary.screenshots()));
        for (SnapshotPart part : summary.parts()) {
            text.fact("holds", LibraryWords.text(part));
        }
        for (String disk : summary.disks()) {
            text.fact("disk", disk);
        }
        text.gap();
        try (TableView.Table table =
                text.table(Column.left("group"), Column.right("offset in file"), Column.right("size"))) {
            for (CheckpointGroup group : groups) {
                table.row(
                        group.label(),
                        Long.toUnsignedString(group.offset()),
                        group.size() < 0 ? "unknown" : ByteSize.print(group.size()));
            }
        }
    }

    private String product() {
        StringBuilder name = new StringBuilder(summary.product().orElse("unknown"));
        summary.productVersion().ifPresent(version -> name.append(' ').append(version));
        summary.build().ifPresent(build -> name.append(", build ").append(build));
        return name.toString();
    }

    private static String number(OptionalLong value, String unit) {
        return value.isPresent() ? value.getAsLong() + unit : "unknown";
    }

    private static Mood mood(MemoryLocation memory) {
        return switch (memory) {
            case NONE, EMBEDDED, BESIDE -> Mood.GOOD;
            case LOST, DAMAGED -> Mood.BAD;
        };
    }

    @Override
    public void write(JsonView json) throws IOException {
        json.field("kind", "checkpoint")
                .field("path", summary.path().toString())
                .field("variant", LibraryWords.key(summary.kind()))
                .field("consumed", summary.kind().consumed())
                .field("name", summary.displayName().orElse(null))
                .field("product", summary.product().orElse(null))
                .field("productVersion", summary.productVersion().orElse(null))
                .field("build", summary.build().orElse(null));
        json.number(
                "memorySize",
                summary.memoryMiB().isPresent()
                        ? OptionalLong.of(ByteSize.ofMib(summary.memoryMiB().getAsLong()))
                        : OptionalLong.empty());
        number(json, "processors", summary.processors());
        json.field("memory", LibraryWords.key(summary.memory()))
                .field("screenshots", summary.screenshots())
                .array("parts");
        for (SnapshotPart part : summary.parts()) {
            json.element(LibraryWords.key(part));
        }
        json.endArray().array("disks");
        for (String disk : summary.disks()) {
            json.element(disk);
        }
        json.endArray().array("groups");
        for (CheckpointGroup group : groups) {
            json.object()
                    .field("name", group.label())
                    .field("offset", group.offset())
                    .field("size", group.size())
                    .endObject();
        }
        json.endArray();
    }

    private static void number(JsonView json, String key, OptionalLong value) throws IOException {
        if (value.isPresent()) {
            json.field(key, value.getAsLong());
        } else {
            json.nothing(key);
        }
    }
}
