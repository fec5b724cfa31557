package io.vmdisk.cli.answer;

import io.vmdisk.Progress;
import io.vmdisk.VmdiskException;
import io.vmdisk.cli.line.DiskArgument;
import io.vmdisk.cli.view.ByteSize;
import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.TableView;
import io.vmdisk.cli.view.TableView.Column;
import io.vmdisk.cli.view.TableView.Mood;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.guest.GuestBytes;
import io.vmdisk.guest.GuestFileSystem;
import io.vmdisk.guest.partition.Partition;
import io.vmdisk.guest.scan.GuestSurvey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a guest has on a disk.
 *
 * @param survey what was found; null if that can't be told
 * @param problem why not
 */
public record GuestContent(
        @Nullable GuestSurvey survey, @Nullable String problem) {
    /** The content of a disk, as its guest sees it. */
    private record Bytes(VirtualDisk disk) implements GuestBytes {
        @Override
        public long size() {
            return disk.capacity();
        }

        @Override
        public void read(long at, ByteBuffer into) throws IOException {
            disk.read(at, into);
        }
    }

    /** Looks; a table that is damaged or ambiguous is part of the answer. */
    public static GuestContent of(DiskArgument disk, OpenOptions options, Progress progress) throws IOException {
        try (VirtualDisk open = disk.open(options)) {
            return new GuestContent(GuestSurvey.of(new Bytes(open), progress), null);
        } catch (io.vmdisk.OperationCancelledException e) {
            throw e;
        } catch (VmdiskException e) {
            return new GuestContent(null, e.problem());
        }
    }

    void print(TableView text) throws IOException {
        if (survey == null) {
            text.fact("guest", "can't be told: " + problem, Mood.WARNING);
            return;
        }
        text.fact("partition table", table(survey));
        text.fact("guest", survey.systems().isEmpty() ? "unknown" : "probably " + String.join(", ", survey.systems()));
        text.gap();
        try (TableView.Table table = text.table(
                Column.left("partition"),
                Column.right("start"),
                Column.right("length"),
                Column.left("type"),
                Column.left("holds"),
                Column.left("label"),
                Column.left("UUID"),
                Column.right("used"),
                Column.right("free"))) {
            for (GuestSurvey.Item item : survey.items()) {
                Partition partition = item.partition().partition();
                GuestFileSystem content = item.partition().content();
                String label = item.name().label().isEmpty()
                        ? partition.name()
                        : item.name().label();
                table.row(
                        partition.number() == 0 ? "-" : Integer.toString(partition.number()),
                        Long.toString(partition.range().start()),
                        ByteSize.print(partition.range().length()),
                        partition.typeName(),
                        GuestSurvey.contentOf(content)
                                + (content instanceof GuestFileSystem.Refused ? " (not clean)" : ""),
                        label.isEmpty() ? "-" : label,
                        item.name().uuid().isEmpty() ? "-" : item.name().uuid(),
                        content instanceof GuestFileSystem.Handled known
                                ? ByteSize.print(known.facts().totalBytes() - known.freeBytes())
                                : "unknown",
                        content instanceof GuestFileSystem.Handled known
                                ? ByteSize.print(known.freeBytes())
                                : "unknown");
            }
        }
    }

    private static String table(GuestSurvey survey) {
        return survey.table().name().toLowerCase(Locale.ROOT);
    }

    void write(JsonView json) throws IOException {
        json.object("guest");
        json.field("problem", problem).field("table", survey == null ? null : table(survey));
        json.array("systems");
        if (survey != null) {
            for (String system : survey.systems()) {
                json.element(system);
            }
        }
        json.endArray().array("partitions");
        if (survey != null) {
            for (GuestSurvey.Item item : survey.items()) {
                write(json, item);
            }
        }
        json.endArray().endObject();
    }

    private static void write(JsonView json, GuestSurvey.Item item) throws IOException {
        Partition partition = item.partition().partition();
        GuestFileSystem content = item.partition().content();
        json.object()
                .field("number", (long) partition.number())
                .field("start", partition.range().start())
                .field("length", partition.range().length())
                .field("type", partition.type())
                .field("typeName", partition.typeName())
                .field("name", partition.name())
                .field("content", GuestSurvey.contentOf(content))
                .field("label", item.name().label())
                .field("uuid", item.name().uuid());
        if (content instanceof GuestFileSystem.Handled known) {
            json.field("state", "clean")
                    .field("size", known.facts().totalBytes())
                    .field("used", known.facts().totalBytes() - known.freeBytes())
                    .field("free", known.freeBytes())
                    .field("reason", null);
        } else {
            json.field("state", content instanceof GuestFileSystem.Refused ? "refused" : "not-handled");
            json.nothing("size").nothing("used").nothing("free");
            json.field(
                    "reason",
                    content instanceof GuestFileSystem.Refused refused
                            ? refused.reason().problem()
                            : null);
        }
        json.endObject();
    }
}
