package io.vmdisk.cli.answer;

import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.Outcome;
import io.vmdisk.cli.view.Result;
import io.vmdisk.cli.view.TableView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An interrupted operation that was given up.
 *
 * @param folder where
 * @param journal the name that its journal has now; empty if nothing was done
 * @param outcome whether it was done
 */
public record Dropped(Path folder, Optional<Path> journal, Outcome outcome) implements Result {
    @Override
    public void print(TableView text) throws IOException {
        text.line(
                switch (outcome) {
                    case DONE ->
                        "the operation was given up, its journal is now " + journal.orElse(folder)
                                + "; all other files are as they were: check the machine before it is used";
                    case LOOKED, NOTHING -> "nothing was interrupted in " + folder;
                    case DRY_RUN -> "the journal would be set aside";
                });
    }

    @Override
    public void write(JsonView json) throws IOException {
        json.field("folder", folder.toString())
                .field(
                        "fate",
                        outcome == Outcome.DONE ? "dropped" : outcome == Outcome.DRY_RUN ? "interrupted" : "nothing")
                .field("journal", journal.map(Path::toString).orElse(null));
    }
}
