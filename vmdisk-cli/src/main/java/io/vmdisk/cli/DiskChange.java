package io.vmdisk.cli;

import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.Result;
import io.vmdisk.cli.view.TableView;
import io.vmdisk.plan.Plan;
import java.io.IOException;
import java.util.List;

/**
 * What was done to a disk, or would be.
 *
 * @param disk the disk, as it was named
 * @param operation in words
 * @param steps what it takes, in order
 * @param notes what people should know
 * @param bytesToMove bytes that are copied, as far as that is known ahead
 * @param outcome whether it was done
 */
record DiskChange(
        String disk, String operation, List<String> steps, List<String> notes, long bytesToMove, Outcome outcome)
        implements Result {
    /** What became of a change. */
    enum Outcome {
        /** The files have it. */
        DONE,
        /** It was only tried. */
        DRY_RUN;

        static Outcome of(ChangingOptions options) {
            return options.isRehearsal() ? DRY_RUN : DONE;
        }
    }

    /** A change of one step. */
    static DiskChange single(Object disk, String operation, Outcome outcome) {
        return new DiskChange(disk.toString(), operation, List.of(operation), List.of(), 0, outcome);
    }

    /** A change by a plan. */
    static DiskChange of(Object disk, Plan plan, Outcome outcome) {
        return new DiskChange(
                disk.toString(), plan.operation(), plan.describe(), plan.notes(), plan.bytesToMove(), outcome);
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
        json.endArray().field("bytesToMove", bytesToMove).endObject();
    }
}
