package io.vmdisk.cli.view;

import java.io.IOException;

/** What a command found out, told in two ways from the same values. May stream: both methods can read files. */
public interface Result {
    /** Tells people. */
    void print(TableView text) throws IOException;

    /**
     * Tells scripts: the members of the answer's object, which {@link Envelope} opens and closes. A key once shipped stays,
     * and stands in the command's schema.
     */
    void write(JsonView json) throws IOException;

    /** What was done to files. */
    default Outcome outcome() {
        return Outcome.LOOKED;
    }

    /** How the JSON is laid out. */
    default JsonView.Layout layout() {
        return JsonView.Layout.INDENTED;
    }
}
