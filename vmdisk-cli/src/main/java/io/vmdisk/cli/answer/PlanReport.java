package io.vmdisk.cli.answer;

import io.vmdisk.cli.view.ByteSize;
import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.Result;
import io.vmdisk.cli.view.TableView;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.Room;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * A plan, and whether it was carried out.
 *
 * @param plan the plan
 * @param files the files it touches
 * @param rooms what it needs of each file store, and what was free before it began
 * @param outcome what became of it
 */
public record PlanReport(Plan plan, PlanFiles files, List<Room> rooms, Outcome outcome) implements Result {
    /** What became of a plan. */
    public enum Outcome {
        /** It was carried out. */
        DONE,
        /** There was nothing to do. */
        NOTHING,
        /** It was only looked at. */
        DRY_RUN
    }

    public static PlanReport of(Plan plan, Volume volume, Outcome outcome) throws IOException {
        return new PlanReport(
                plan, PlanFiles.of(plan, volume), Room.of(plan, volume), plan.isEmpty() ? Outcome.NOTHING : outcome);
    }

    @Override
    public void print(TableView text) throws IOException {
        text.heading(plan.operation());
        if (outcome == Outcome.DRY_RUN) {
            int number = 1;
            for (String step : plan.describe()) {
                text.line("  " + number++ + ". " + step);
            }
        }
        Set<String> repeated = files.repeatedNames();
        files(text, "makes", files.made(), repeated);
        files(text, "changes", files.changed(), repeated);
        files(text, "removes", files.removed(), repeated);
        if (!plan.isEmpty()) {
            text.fact("copies", ByteSize.printExact(plan.bytesToMove()));
            if (outcome == Outcome.DRY_RUN) {
                text.fact("time", time());
            }
            RoomView.print(text, rooms);
        }
        for (String note : plan.notes()) {
            text.fact("note", note);
        }
        text.line(
                switch (outcome) {
                    case DONE -> "done";
                    case NOTHING -> "nothing to do";
                    case DRY_RUN -> "nothing was changed";
                });
    }

    private String time() {
        long seconds = plan.estimatedSeconds();
        String about = seconds < 120
                ? seconds + " s"
                : seconds < 7200 ? (seconds + 59) / 60 + " min" : (seconds + 3599) / 3600 + " h";
        return "about " + about + ", if " + ByteSize.print(Plan.ASSUMED_BYTES_PER_SECOND) + " are copied in a second";
    }

    /** A name that several files have tells nothing without the folder. */
    private static void files(TableView text, String label, Collection<Path> paths, Set<String> repeated)
            throws IOException {
        for (Path path : paths) {
            String name = String.valueOf(path.getFileName());
            text.fact(label, repeated.contains(name) ? path.toString() : name);
        }
    }

    @Override
    public void write(JsonView json) throws IOException {
        json.object().field("operation", plan.operation()).field("done", outcome == Outcome.DONE);
        array(json, "steps", plan.describe());
        array(json, "made", files.made());
        array(json, "changed", files.changed());
        array(json, "removed", files.removed());
        json.field("bytes", plan.bytesToMove())
                .field("estimatedSeconds", plan.estimatedSeconds())
                .field("assumedBytesPerSecond", Plan.ASSUMED_BYTES_PER_SECOND);
        RoomView.write(json, rooms);
        array(json, "notes", plan.notes());
        json.endObject();
    }

    private static void array(JsonView json, String key, Collection<?> values) throws IOException {
        json.array(key);
        for (Object value : values) {
            json.element(value.toString());
        }
        json.endArray();
    }
}
