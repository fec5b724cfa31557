package io.vmdisk.cli;

import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.Result;
import io.vmdisk.cli.view.TableView;
import io.vmdisk.plan.Recovery;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What was interrupted in a folder, and what became of it.
 *
 * @param folder where
 * @param operation the operation; empty if none was interrupted
 * @param outcome what recovery did; empty if it was only looked at
 */
record Recovered(Path folder, Optional<String> operation, Optional<Recovery.Outcome> outcome) implements Result {
    /** The operation that was interrupted when these disks were being made. */
    static Optional<String> making(List<Path> disks) {
        return disks.isEmpty()
                ? Optional.empty()
                : Optional.of(disks.stream()
                        .map(disk -> String.valueOf(disk.getFileName()))
                        .collect(Collectors.joining(", ", "make ", "")));
    }

    @Override
    public void print(TableView text) throws IOException {
        if (operation.isEmpty()) {
            text.line("nothing was interrupted in " + folder);
            return;
        }
        String fate = outcome.map(o -> switch (o) {
                    case NOTHING -> "nothing to do";
                    case UNDONE -> "undone: everything is as it was before";
                    case FINISHED -> "finished";
                })
                .orElse("interrupted");
        text.line(operation.get() + ": " + fate);
    }

    @Override
    public void write(JsonView json) throws IOException {
        json.object()
                .field("folder", folder.toString())
                .field("operation", operation.orElse(null))
                .field(
                        "outcome",
                        outcome.map(o -> o.name().toLowerCase(Locale.ROOT)).orElse(null))
                .endObject();
    }
}
