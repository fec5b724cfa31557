package io.vmdisk.cli.answer;

import io.vmdisk.ByteRange;
import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.Result;
import io.vmdisk.cli.view.TableView;
import io.vmdisk.cli.view.TableView.Column;
import io.vmdisk.cli.view.TableView.Mood;
import io.vmdisk.compare.ChangedBlocks;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What {@code compare} found.
 *
 * @param other the second thing that was named; null if snapshots of the first were compared
 * @param capacityA bytes of the first disk
 * @param capacityB bytes of the second disk
 * @param firstDifference where they differ first, or null if they are the same
 * @param regions all stretches that differ, or null if they were not asked for
 * @param part the bytes that were compared; null for all
 */
public record Comparison(
        @Nullable String other,
        long capacityA,
        long capacityB,
        @Nullable Long firstDifference,
        @Nullable List<Region> regions,
        @Nullable ByteRange part)
        implements Result {
    /**
     * A stretch that differs.
     *
     * @param range in bytes of the disk
     * @param content what the second disk has there; null where nobody looked
     */
    public record Region(ByteRange range, ChangedBlocks.@Nullable Content content) {
        /** Of stretches whose content was compared, not told. */
        public static List<Region> of(List<ByteRange> ranges) {
            return ranges.stream().map(range -> new Region(range, null)).toList();
        }
    }

    /** The same, of a part of the disks; null for all. */
    public Comparison ofPart(@Nullable ByteRange range) {
        return new Comparison(other, capacityA, capacityB, firstDifference, regions, range);
    }

    /** Whether a guest sees no difference. */
    public boolean same() {
        return firstDifference == null;
    }

    @Override
    public void print(TableView text) throws IOException {
        if (capacityA != capacityB) {
            text.line("capacities differ: " + capacityA + " and " + capacityB + " bytes", Mood.WARNING);
        }
        if (firstDifference == null) {
            text.line(
                    part == null
                            ? "the content is the same"
                            : "the content from " + part.start() + " to " + part.end() + " is the same",
                    Mood.GOOD);
            return;
        }
        text.line("the content differs, first at byte " + firstDifference, Mood.BAD);
        if (regions != null) {
            text.gap();
            try (TableView.Table table = text.table(Column.right("start"), Column.right("length"))) {
                for (Region region : regions) {
                    table.row(
                            Long.toString(region.range().start()),
                            Long.toString(region.range().length()));
                }
            }
        }
    }

    @Override
    public void write(JsonView json) throws IOException {
        json.field("other", other).field("same", same());
        if (firstDifference == null) {
            json.nothing("firstDifference");
        } else {
            json.field("firstDifference", firstDifference);
        }
        if (part != null) {
            json.field("start", part.start()).field("end", part.end());
        }
        json.array("capacities").element(capacityA).element(capacityB).endArray();
        if (regions != null) {
            json.array("regions");
            for (Region region : regions) {
                json.object()
                        .field("start", region.range().start())
                        .field("length", region.range().length());
                if (region.content() != null) {
                    json.field("content", region.content().name().toLowerCase(Locale.ROOT));
                }
                json.endObject();
            }
            json.endArray();
        }
    }
}
