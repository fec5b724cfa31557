package io.vmdisk.cli.answer;

import io.vmdisk.cli.line.ChangingOptions;
import io.vmdisk.cli.view.ByteSize;
import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.Result;
import io.vmdisk.cli.view.TableView;
import io.vmdisk.disk.make.CreateSpec;
import io.vmdisk.disk.make.DiskRoom;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.Room;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What was done to a disk, or would be.
 *
 * @param disk the disk, as it was named
 * @param operation in words
 * @param steps what it takes, in order
 * @param notes what people should know
 * @param bytesToMove bytes that are copied, as far as that is known ahead
 * @param rooms what it needs of file stores, as far as that was looked at
 * @param outcome whether it was done
 */
public record DiskChange(
        String disk,
        String operation,
        List<String> steps,
        List<String> notes,
        long bytesToMove,
        List<Room> rooms,
        Outcome outcome)
        implements Result {
    /** What became of a change. */
    public enum Outcome {
        /** The files have it. */
        DONE,
        /** It was only tried. */
        DRY_RUN;

        public static Outcome of(ChangingOptions options) {
            return options.isRehearsal() ? DRY_RUN : DONE;
        }
    }

    /** A change of one step. */
    public static DiskChange single(Object disk, String operation, Outcome outcome) {
        return new DiskChange(disk.toString(), operation, List.of(operation), List.of(), 0, List.of(), outcome);
    }

    /** A change by a plan. */
    public static DiskChange of(Object disk, Plan plan, Outcome outcome) {
        return new DiskChange(
                disk.toString(),
                plan.operation(),
                plan.describe(),
                plan.notes(),
                plan.bytesToMove(),
                List.of(),
                outcome);
    }

    /** A disk that would be made. */
    public static DiskChange making(
            Path disk, String operation, CreateSpec spec, long bytesToMove, DiskRoom room, List<String> notes)
            throws IOException {
        List<String> steps = StagedDisk.files(disk, spec).stream()
                .map(file -> "make " + file)
                .toList();
        return new DiskChange(
                disk.toString(), operation, steps, notes, bytesToMove, List.of(RoomView.of(room)), Outcome.DRY_RUN);
    }

    @Override
    public void print(TableView text) throws IOException {
        if (outcome == Outcome.DONE) {
            text.line(operation + ": done");
        } else {
            text.line(operation + ", not done:");
            for (String step : steps) {
                text.line("  " + step);
            }
            if (bytesToMove > 0) {
                text.fact("copies", ByteSize.printExact(bytesToMove));
            }
            RoomView.print(text, rooms);
        }
        for (String note : notes) {
            text.line("note: " + note);
        }
    }

    @Override
    public void write(JsonView json) throws IOException {
        json.object().field("disk", disk).field("operation", operation).field("done", outcome == Outcome.DONE);
        json.array("steps");
        for (String step : steps) {
            json.element(step);
        }
        json.endArray().array("notes");
        for (String note : notes) {
            json.element(note);
        }
        json.endArray().field("bytesToMove", bytesToMove);
        RoomView.write(json, rooms);
        json.endObject();
    }
}
