package io.vmdisk.cli.answer;

import io.vmdisk.cli.view.ByteSize;
import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.TableView;
import io.vmdisk.disk.make.DiskRoom;
import io.vmdisk.plan.Room;
import io.vmdisk.storage.AtomicName;
import java.io.IOException;
import java.util.List;

/** What work needs of file stores, and what is free there, shown alike by all commands. */
final class RoomView {
    private RoomView() {}

    /** What a new disk needs, for a report. */
    static Room of(DiskRoom disk) {
        return new Room(AtomicName.folderOf(disk.target()), disk.needed(), disk.free());
    }

    static void print(TableView text, List<Room> rooms) throws IOException {
        for (Room room : rooms) {
            text.fact(
                    "room",
                    "up to " + ByteSize.printExact(room.needed()) + " in " + room.folder() + ", "
                            + ByteSize.printExact(room.free()) + " are free");
        }
    }

    static void write(JsonView json, List<Room> rooms) throws IOException {
        json.array("space");
        for (Room room : rooms) {
            json.object()
                    .field("folder", room.folder().toString())
                    .field("needed", room.needed())
                    .field("free", room.free())
                    .endObject();
        }
        json.endArray();
    }
}
