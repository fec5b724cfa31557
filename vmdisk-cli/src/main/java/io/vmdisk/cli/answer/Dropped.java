package io.vmdisk.cli.answer;

import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.Result;
import io.vmdisk.cli.view.TableView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * An interrupted operation that was given up.
 *
 * @param folder where
 * @param journal the name that its journal has now; empty if nothing was done
 * @param state whether it was done
 */
public record Dropped(Path folder, Optional<Path> journal, State state) implements Result {
    /** What became of it. */
    public enum State {
        /** The journal was set aside. */
        DONE,
        /** There was none. */
        NOTHING,
        /** It was only looked at. */
        DRY_RUN
    }

    @Override
    public void print(TableView text) throws IOException {
        text.line(
                switch (state) {
                    case DONE ->
                        "the operation was given up, its journal is now " + journal.orElse(folder)
                                + "; all other files are as they were: check the machine before it is used";
                    case NOTHING -> "nothing was interrupted in " + folder;
                    case DRY_RUN -> "the journal would be set aside";
                });
    }

    @Override
    public void write(JsonView json) throws IOException {
        json.object()
                .field("folder", folder.toString())
                .field("outcome", state == State.DONE ? "dropped" : state.name().toLowerCase(Locale.ROOT))
                .field("journal", journal.map(Path::toString).orElse(null))
                .endObject();
    }
}
