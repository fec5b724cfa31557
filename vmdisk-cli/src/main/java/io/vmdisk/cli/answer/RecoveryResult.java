package io.vmdisk.cli.answer;

import io.vmdisk.RecoveryOutcome;
import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.Outcome;
import io.vmdisk.cli.view.Result;
import io.vmdisk.cli.view.TableView;
import io.vmdisk.plan.Interruption;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What was interrupted in a folder, and what became of it.
 *
 * @param folder where
 * @param interruption the operation whose journal is there; empty if there is none
 * @param making disks that were being made
 * @param fate what recovery did; empty if it was only looked at
 */
public record RecoveryResult(
        Path folder, Optional<Interruption> interruption, List<Path> making, Optional<RecoveryOutcome> fate)
        implements Result {
    private Optional<String> operation() {
        return interruption
                .map(found -> found.plan().operation())
                .or(() -> making.isEmpty()
                        ? Optional.empty()
                        : Optional.of(making.stream()
                                .map(disk -> String.valueOf(disk.getFileName()))
                                .collect(Collectors.joining(", ", "make ", ""))));
    }

    private List<String> remaining() {
        List<String> lines = new ArrayList<>();
        if (fate.isEmpty()) {
            interruption.ifPresent(found -> lines.addAll(found.remaining()));
            making.forEach(disk -> lines.add("finish or undo the making of " + disk));
        }
        return lines;
    }

    @Override
    public void print(TableView text) throws IOException {
        Optional<String> operation = operation();
        if (operation.isEmpty()) {
            text.line("nothing was interrupted in " + folder);
            return;
        }
        String told = fate.map(o -> switch (o) {
                    case NOTHING -> "nothing to do";
                    case UNDONE -> "undone: everything is as it was before";
                    case FINISHED -> "finished";
                })
                .orElse("interrupted");
        text.line(operation.get() + ": " + told);
        int number = 1;
        for (String line : remaining()) {
            text.line("  " + number++ + ". " + line);
        }
        if (fate.isEmpty() && interruption.isPresent()) {
            warn(text, interruption.get());
        }
    }

    private static void warn(TableView text, Interruption found) throws IOException {
        if (found.origin() == Interruption.Origin.COPIED) {
            text.line("the journal was written in " + found.writtenIn() + ", or is a copy: --force=copy or --drop");
        }
        for (Path path : found.outside()) {
            text.line("outside this folder, only with --search or --force=outside: " + path);
        }
    }

    @Override
    public void write(JsonView json) throws IOException {
        json.field("folder", folder.toString())
                .field("operation", operation().orElse(null))
                .field("fate", word());
        json.array("remaining");
        for (String line : remaining()) {
            json.element(line);
        }
        json.endArray();
        json.array("outside");
        for (Path path : interruption.map(Interruption::outside).orElse(List.of())) {
            json.element(path.toString());
        }
        json.endArray();
    }

    private String word() {
        return fate.map(done -> done.name().toLowerCase(Locale.ROOT))
                .orElse(operation().isPresent() ? "interrupted" : "nothing");
    }

    @Override
    public Outcome outcome() {
        return fate.map(done -> done == RecoveryOutcome.NOTHING ? Outcome.NOTHING : Outcome.DONE)
                .orElse(Outcome.DRY_RUN);
    }
}
