package io.vmdisk.cli.answer;

import io.vmdisk.cli.view.ByteSize;
import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.Outcome;
import io.vmdisk.cli.view.Result;
import io.vmdisk.cli.view.TableView;
import java.io.IOException;

/**
 * What was done to a disk, or would be.
 *
 * @param work what it takes
 * @param outcome whether it was done
 */
public record DiskChange(PlannedWork work, Outcome outcome) implements Result {
    @Override
    public void print(TableView text) throws IOException {
        if (outcome == Outcome.NOTHING) {
            text.line(work.operation());
        } else if (outcome == Outcome.DRY_RUN) {
            rehearsed(text, work);
        } else {
            text.line(work.operation() + ": done");
        }
        notes(text, work);
    }

    /** What would be done. */
    static void rehearsed(TableView text, PlannedWork work) throws IOException {
        text.line(work.operation() + (work.describe().isEmpty() ? "" : ", not done:"));
        for (String step : work.describe()) {
            text.line("  " + step);
        }
        if (work.bytes().orElse(0) > 0) {
            text.fact("copies", ByteSize.printExact(work.bytes().getAsLong()));
        }
        RoomView.print(text, work.rooms());
    }

    static void notes(TableView text, PlannedWork work) throws IOException {
        for (String note : work.notes()) {
            text.line("note: " + note);
        }
    }

    @Override
    public void write(JsonView json) throws IOException {
        work.write(json);
    }
}
