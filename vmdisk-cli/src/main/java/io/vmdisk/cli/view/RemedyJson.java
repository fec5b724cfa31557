package io.vmdisk.cli.view;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The member {@code remedy} of findings and errors: what to do, or null. */
public final class RemedyJson {
    private RemedyJson() {}

    /**
     * Writes the member.
     *
     * @param text a sentence for people; null or empty if there is nothing to say
     */
    public static void write(JsonView json, @Nullable String text) throws IOException {
        if (text == null || text.isEmpty()) {
            json.nothing("remedy");
        } else {
            json.object("remedy").field("text", text).endObject();
        }
    }
}
