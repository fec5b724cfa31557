package io.vmdisk.cli.view;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What every answer in JSON begins with, whatever the command: {@code docs/json.md} is the contract.
 *
 * @param command the command's words: {@code snapshot create}
 * @param target what was named, as it was typed; null if nothing was
 */
public record Envelope(String command, @Nullable String target) {
    /** Grows when a key goes or changes its meaning; new keys don't count. */
    public static final int SCHEMA = 1;

    /** Writes one JSON value. */
    public void write(JsonView json, Result result) throws IOException {
        if (result instanceof BareResult) {
            result.write(json);
            return;
        }
        json.object()
                .field("schema", SCHEMA)
                .field("command", command)
                .field("target", target)
                .field("dryRun", result.outcome() == Outcome.DRY_RUN)
                .field("changed", result.outcome() == Outcome.DONE);
        result.write(json);
        json.endObject();
    }
}
