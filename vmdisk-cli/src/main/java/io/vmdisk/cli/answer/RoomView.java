package io.vmdisk.cli.answer;

import io.vmdisk.cli.view.ByteSize;
import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.TableView;
import io.vmdisk.disk.make.DiskRoom;
import io.vmdisk.plan.StoreRoom;
import io.vmdisk.storage.AtomicName;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;

/** What work needs of file stores, and what is free there, shown alike by all commands. */
final class RoomView {
    private RoomView() {}

    /** What a new disk needs, for a report. */
    static StoreRoom of(DiskRoom disk) {
        return new StoreRoom(AtomicName.folderOf(disk.target()), disk.needed(), disk.free());
    }

    static void print(TableView text, List<StoreRoom> rooms) throws IOException {
        for (StoreRoom room : rooms) {
            text.fact(
                    "room",
                    "up to " + ByteSize.printExact(room.needed()) + " in " + room.folder() + ", "
                            + ByteSize.printExact(room.free()) + " are free");
        }
    }

    /** The members {@code needs}, {@code free} and {@code stores}. */
    static void write(JsonView json, List<StoreRoom> rooms) throws IOException {
        json.number("needs", sum(rooms, StoreRoom::needed)).number("free", sum(rooms, StoreRoom::free));
        json.array("stores");
        for (StoreRoom room : rooms) {
            json.object()
                    .field("folder", room.folder().toAbsolutePath().toString())
                    .field("needs", room.needed())
                    .field("free", room.free())
                    .endObject();
        }
        json.endArray();
    }

    private static OptionalLong sum(List<StoreRoom> rooms, ToLongFunction<StoreRoom> bytes) {
        return rooms.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(rooms.stream().mapToLong(bytes).reduce(0, RoomView::plus));
    }

    /** What file systems claim may not fit into a long. */
    private static long plus(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }
}
