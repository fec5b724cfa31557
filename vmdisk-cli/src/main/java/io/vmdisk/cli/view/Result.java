package io.vmdisk.cli.view;

import java.io.IOException;

/** What a command found out, told in two ways from the same values. May stream: both methods can read files. */
public interface Result {
    /** Tells people. */
    void print(TableView text) throws IOException;

    /** Tells scripts: exactly one JSON value. A key once shipped stays. */
    void write(JsonView json) throws IOException;

    /** How the JSON is laid out. */
    default JsonView.Layout layout() {
        return JsonView.Layout.INDENTED;
    }
}
