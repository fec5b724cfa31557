package io.vmdisk.cli.view;

import java.io.IOException;
import java.io.PrintStream;

/** {@code {"progress":{"task":…,"done":…,"total":…}}}, one a line; {@code total} is null while unknown. */
final class JsonRenderer implements ProgressRenderer {
    private final PrintStream out;

    JsonRenderer(PrintStream out) {
        this.out = out;
    }

    @Override
    public long intervalNanos() {
        return 500_000_000;
    }

    @Override
    public long patienceNanos() {
        return 0;
    }

    @Override
    public void draw(ProgressState state) {
        try (JsonView json = JsonView.on(out, JsonView.Layout.COMPACT)) {
            json.object().object("progress").field("task", state.task()).field("done", state.doneBytes());
            if (state.totalBytes() < 0) {
                json.nothing("total");
            } else {
                json.field("total", state.totalBytes());
            }
            json.endObject().endObject();
        } catch (IOException e) {
            // Nobody listens any more; the work itself goes on.
            out.flush();
        }
    }

    @Override
    public void finish(ProgressState state) {
        draw(state);
    }
}
