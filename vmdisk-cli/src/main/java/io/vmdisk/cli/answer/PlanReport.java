package io.vmdisk.cli.answer;

import io.vmdisk.cli.view.ByteSize;
import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.Outcome;
import io.vmdisk.cli.view.Result;
import io.vmdisk.cli.view.TableView;
import io.vmdisk.plan.Plan;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A plan, and whether it was carried out.
 *
 * @param plan the plan
 * @param work the same as answers tell it, with the files it touches and what was free before it began
 * @param snapshot the uid of the snapshot that it made; empty if there is none, or not yet
 * @param outcome what became of it
 */
public record PlanReport(Plan plan, PlannedWork work, OptionalLong snapshot, Outcome outcome) implements Result {
    public static PlanReport of(Plan plan, Volume volume, Outcome outcome) throws IOException {
        boolean idle = plan.isEmpty() && outcome == Outcome.DONE;
        return new PlanReport(
                plan, PlannedWork.of(plan, volume), OptionalLong.empty(), idle ? Outcome.NOTHING : outcome);
    }

    /** The same with the snapshot that was made. */
    public PlanReport withSnapshot(long uid) {
        return new PlanReport(plan, work, OptionalLong.of(uid), outcome);
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
        Set<String> repeated = work.files().repeatedNames();
        files(text, "makes", work.files().made(), repeated);
        files(text, "changes", work.files().changed(), repeated);
        files(text, "removes", work.files().removed(), repeated);
        if (!plan.isEmpty()) {
            text.fact("copies", ByteSize.printExact(plan.bytesToMove()));
            if (outcome == Outcome.DRY_RUN) {
                text.fact("time", time());
            }
            RoomView.print(text, work.rooms());
        }
        for (String note : plan.notes()) {
            text.fact("note", note);
        }
        text.line(
                switch (outcome) {
                    case DONE -> "done";
                    case NOTHING -> "nothing to do";
                    case LOOKED, DRY_RUN -> plan.isEmpty() ? "nothing to do" : "nothing was changed";
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
        if (snapshot.isPresent()) {
            json.number("uid", snapshot);
        }
        PlannedWork.paths(json, "machines", machines());
        work.write(json);
    }

    /** Configurations that are new: clones, or a machine under its new name. */
    private List<Path> machines() {
        return work.files().made().stream().filter(PlanReport::isMachine).toList();
    }

    private static boolean isMachine(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        return name.endsWith(".vmx") || name.endsWith(".vmtx");
    }
}
