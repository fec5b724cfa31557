package io.vmdisk.cli.answer;

import io.vmdisk.ByteRange;
import io.vmdisk.RunSink;
import io.vmdisk.cli.view.BareResult;
import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.TableView;
import io.vmdisk.cli.view.TableView.Column;
import io.vmdisk.disk.VirtualDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where the bytes of a disk are, run by run; the JSON is that of {@code qemu-img map}.
 *
 * <p>Streams: a dense disk of terabytes has more runs than fit into memory.
 *
 * @param disk stays open while this is shown
 * @param shown the part of it that is told
 */
public record DiskMap(VirtualDisk disk, ByteRange shown) implements BareResult {
    @Override
    public void write(JsonView json) throws IOException {
        json.array();
        each(stretch -> {
            json.object()
                    .field("start", stretch.start())
                    .field("length", stretch.length())
                    .field("depth", stretch.depth())
                    .field("present", stretch.state() != State.ABSENT)
                    .field("zero", stretch.isZero())
                    .field("data", !stretch.isZero() || stretch.state() == State.HOLE)
                    .field("compressed", stretch.state() == State.COMPRESSED);
            if (stretch.file() != null && stretch.state() != State.COMPRESSED) {
                json.field("offset", stretch.at());
            }
            if (stretch.file() != null) {
                json.field("filename", stretch.file().toString());
            }
            json.endObject();
        });
        json.endArray();
    }

    @Override
    public void print(TableView text) throws IOException {
        try (TableView.Table table = text.table(
                Column.right("start"),
                Column.right("length"),
                Column.right("link"),
                Column.left("content"),
                Column.right("offset"),
                Column.left("file"))) {
            each(stretch -> table.row(
                    Long.toString(stretch.start()),
                    Long.toString(stretch.length()),
                    Integer.toString(stretch.depth()),
                    stretch.state().word,
                    stretch.file() == null || stretch.state() == State.COMPRESSED ? "" : Long.toString(stretch.at()),
                    stretch.file() == null
                            ? ""
                            : Objects.toString(stretch.file().getFileName())));
        }
    }

    @Override
    public JsonView.Layout layout() {
        return JsonView.Layout.ROWS;
    }

    private void each(Printer printer) throws IOException {
        Joiner joiner = new Joiner(new FlatPlaces(disk.links()), printer);
        disk.locate(shown.start(), shown.length(), new Window(shown, joiner));
        joiner.finish();
    }

    /** What a stretch holds. */
    enum State {
        DATA("data"),
        COMPRESSED("compressed"),
        ZERO("zero"),
        /** Of a flat extent: to qemu-img such zeros are data too, as all of the extent is; those of a raw file are not. */
        HOLE("zero"),
        ABSENT("unallocated");

        private final String word;

        State(String word) {
            this.word = word;
        }
    }

    /** A merged run; {@code at} counts only with a file. */
    private record Stretch(
            long start,
            long length,
            int depth,
            State state,
            @Nullable Path file,
            long at) {
        boolean isZero() {
            return state == State.ZERO || state == State.HOLE || state == State.ABSENT;
        }

        boolean goesOnWith(Stretch next) {
            boolean sameKind = state == next.state && depth == next.depth && Objects.equals(file, next.file);
            boolean touches = state == State.COMPRESSED || file == null || at + length == next.at;
            return sameKind && touches;
        }
    }

    private interface Printer {
        void print(Stretch stretch) throws IOException;
    }

    /** Cuts what is told at the ends of a range: a compressed grain is told whole. */
    private record Window(ByteRange shown, RunSink next) implements RunSink {
        private long from(long start) {
            return Math.max(start, shown.start());
        }

        private long count(long start, long length) {
            return Math.min(start + length, shown.end()) - from(start);
        }

        @Override
        public void data(long start, long length, int depth, Path file, long at) throws IOException {
            next.data(from(start), count(start, length), depth, file, at + from(start) - start);
        }

        @Override
        public void compressed(long start, long length, int depth, Path file, long at, int storedLength)
                throws IOException {
            next.compressed(from(start), count(start, length), depth, file, at, storedLength);
        }

        @Override
        public void zero(long start, long length, int depth, @Nullable Path file, long at) throws IOException {
            long moved = file == null ? at : at + from(start) - start;
            next.zero(from(start), count(start, length), depth, file, moved);
        }

        @Override
        public void unallocated(long start, long length, int depth) throws IOException {
            next.unallocated(from(start), count(start, length), depth);
        }
    }

    /** Joins neighbours that answer alike; whole chains of compressed grains become one stretch. */
    private static final class Joiner implements RunSink {
        private final FlatPlaces flat;
        private final Printer printer;
        private @Nullable Stretch waiting;

        Joiner(FlatPlaces flat, Printer printer) {
            this.flat = flat;
            this.printer = printer;
        }

        private void add(Stretch next) throws IOException {
            Stretch before = waiting;
            if (before != null && before.goesOnWith(next)) {
                waiting = new Stretch(
                        before.start, before.length + next.length, before.depth, before.state, before.file, before.at);
            } else {
                finish();
                waiting = next;
            }
        }

        void finish() throws IOException {
            if (waiting != null) {
                printer.print(waiting);
                waiting = null;
            }
        }

        @Override
        public void data(long start, long length, int depth, Path file, long at) throws IOException {
            add(new Stretch(start, length, depth, State.DATA, file, at));
        }

        @Override
        public void compressed(long start, long length, int depth, Path file, long at, int storedLength)
                throws IOException {
            add(new Stretch(start, length, depth, State.COMPRESSED, file, at));
        }

        @Override
        public void zero(long start, long length, int depth, @Nullable Path file, long at) throws IOException {
            if (file != null) {
                add(new Stretch(start, length, depth, State.ZERO, file, at));
            } else {
                flat.place(
                        start,
                        length,
                        depth,
                        (from, count, holder, place) -> add(new Stretch(
                                from, count, depth, zeros(depth, holder), holder, holder == null ? -1 : place)));
            }
        }

        private State zeros(int depth, @Nullable Path holder) {
            boolean isRaw = flat.links().get(depth).path().equals(holder);
            return holder == null || isRaw ? State.ZERO : State.HOLE;
        }

        @Override
        public void unallocated(long start, long length, int depth) throws IOException {
            add(new Stretch(start, length, depth, State.ABSENT, null, -1));
        }
    }
}
