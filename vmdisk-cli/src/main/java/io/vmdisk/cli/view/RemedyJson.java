package io.vmdisk.cli.view;

import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Action;
import java.io.IOException;
import java.nio.file.Path;

/** The member {@code remedy} of findings and errors: what to do, or null. */
public final class RemedyJson {
    private RemedyJson() {}

    /** Writes the member: the sentence for people, and each action with its kind, its subject and its command. */
    public static void write(JsonView json, Remedy remedy) throws IOException {
        if (remedy.isEmpty()) {
            json.nothing("remedy");
            return;
        }
        json.object("remedy").field("text", RemedyWords.text(remedy)).array("actions");
        for (Action action : remedy.actions()) {
            json.object()
                    .field("kind", action.kind().key())
                    .field("subject", action.subject().map(Path::toString).orElse(null));
            strings(json, "values", action.values());
            strings(json, "command", RemedyWords.command(action));
            json.endObject();
        }
        json.endArray().endObject();
    }

    private static void strings(JsonView json, String name, Iterable<String> words) throws IOException {
        json.array(name);
        for (String word : words) {
            json.element(word);
        }
        json.endArray();
    }
}
