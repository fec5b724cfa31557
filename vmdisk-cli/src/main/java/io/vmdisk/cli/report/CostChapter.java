package io.vmdisk.cli.report;

import io.vmdisk.cli.answer.PlannedWork;
import io.vmdisk.cli.view.ByteSize;
import io.vmdisk.cli.view.TableView.Column;
import io.vmdisk.plan.StoreRoom;
import java.io.IOException;
import java.util.stream.Collectors;

/** What merging would cost, by the plans of the commands that do it. */
record CostChapter(ReportFacts facts) implements Chapter {
    @Override
    public String id() {
        return "costs";
    }

    @Override
    public String title() {
        return "What a consolidation would cost";
    }

    /** A cost in one line. */
    static String inShort(Cost cost) {
        if (cost.work().value().isEmpty()) {
            return "refused now: " + cost.work().problem();
        }
        PlannedWork work = cost.work().value().get();
        return work.steps().isEmpty()
                ? "nothing to do"
                : "copies " + ByteSize.print(work.bytes().orElse(0)) + ", about "
                        + work.seconds().orElse(0) + " s";
    }

    @Override
    public void write(Html html) throws IOException {
        if (facts.costs().isEmpty()) {
            html.element("p", "There is nothing to merge: no disk has a parent.");
            return;
        }
        try (HtmlTable table = new HtmlTable(
                html,
                "What merging would do",
                Column.left("Command"),
                Column.left("Cost"),
                Column.right("Steps"),
                Column.left("Room it may need"),
                Column.left("Notes"))) {
            for (Cost cost : facts.costs()) {
                PlannedWork work = cost.work().value().orElse(null);
                table.row(
                        cost.command(),
                        inShort(cost),
                        work == null ? "" : Integer.toString(work.steps().size()),
                        work == null ? "" : rooms(work),
                        work == null ? "" : String.join(" ", work.notes()));
            }
        }
        html.element("p", "Each command has --dry-run, which tells its steps and changes nothing.");
    }

    private static String rooms(PlannedWork work) {
        return work.rooms().stream().map(CostChapter::room).collect(Collectors.joining("; "));
    }

    private static String room(StoreRoom room) {
        return "up to " + ByteSize.print(room.needed()) + ", " + ByteSize.print(room.free()) + " are free";
    }
}
