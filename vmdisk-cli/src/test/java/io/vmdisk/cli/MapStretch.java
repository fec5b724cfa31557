package io.vmdisk.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An element of the JSON of {@code map}, of either program.
 *
 * @param offset the byte of the file at which it is, or -1 if that is not said
 * @param file only in ours
 */
record MapStretch(
        long start,
        long length,
        long depth,
        boolean present,
        boolean zero,
        boolean data,
        long offset,
        @Nullable Path file) {
    /** All elements in their order. */
    static List<MapStretch> parse(String json) throws IOException {
        List<MapStretch> all = new ArrayList<>();
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw new IOException("not an array: " + json);
            }
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                all.add(one(parser));
            }
        }
        return all;
    }

    private static MapStretch one(JsonParser parser) throws IOException {
        MapStretch stretch = new MapStretch(-1, -1, -1, false, false, false, -1, null);
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            stretch = switch (name) {
                case "start" -> stretch.with(parser.getLongValue(), stretch.length);
                case "length" -> stretch.with(stretch.start, parser.getLongValue());
                case "depth" -> stretch.at(parser.getLongValue(), stretch.offset, stretch.file);
                case "offset" -> stretch.at(stretch.depth, parser.getLongValue(), stretch.file);
                case "filename" -> stretch.at(stretch.depth, stretch.offset, Path.of(parser.getText()));
                case "present" -> stretch.as(parser.getBooleanValue(), stretch.zero, stretch.data);
                case "zero" -> stretch.as(stretch.present, parser.getBooleanValue(), stretch.data);
                case "data" -> stretch.as(stretch.present, stretch.zero, parser.getBooleanValue());
                case "compressed" -> stretch;
                default -> throw new IOException("an unknown key: " + name);
            };
        }
        return stretch;
    }

    private MapStretch with(long newStart, long newLength) {
        return new MapStretch(newStart, newLength, depth, present, zero, data, offset, file);
    }

    private MapStretch at(long newDepth, long newOffset, @Nullable Path newFile) {
        return new MapStretch(start, length, newDepth, present, zero, data, newOffset, newFile);
    }

    /** The same place, told otherwise. */
    private MapStretch as(boolean newPresent, boolean newZero, boolean newData) {
        return new MapStretch(start, length, depth, newPresent, newZero, newData, offset, file);
    }

    /**
     * Whether it is a hole of a flat or raw file as qemu tells it: zeros that are present at an offset. Zeros of sparse
     * files have none.
     */
    boolean isHoleOfQemu() {
        return present && zero && offset >= 0;
    }

    /** What qemu says, as we say it where holes are not known: flat files are data throughout. */
    static List<MapStretch> holesAsData(List<MapStretch> theirs) {
        return theirs.stream()
                .map(each -> each.isHoleOfQemu() ? each.as(true, false, true) : each)
                .toList();
    }

    long end() {
        return start + length;
    }

    /** Without the files, and neighbours that say the same joined: what both programs can agree on. */
    static List<MapStretch> joined(List<MapStretch> all) {
        List<MapStretch> joined = new ArrayList<>();
        for (MapStretch each : all) {
            MapStretch next = each.at(each.depth, each.offset, null);
            MapStretch last = joined.isEmpty() ? null : joined.get(joined.size() - 1);
            if (last != null && last.goesOnWith(next)) {
                joined.set(joined.size() - 1, last.with(last.start, last.length + next.length));
            } else {
                joined.add(next);
            }
        }
        return joined;
    }

    private boolean goesOnWith(MapStretch next) {
        boolean sameKind = depth == next.depth && present == next.present && zero == next.zero && data == next.data;
        return sameKind && next.offset == (offset < 0 ? -1 : offset + length);
    }
}
