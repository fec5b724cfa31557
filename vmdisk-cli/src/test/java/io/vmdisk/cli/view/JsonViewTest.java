package io.vmdisk.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class JsonViewTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void writesAnIndentedDocumentInUtf8() throws IOException {
        try (JsonView json = JsonView.on(out, JsonView.Layout.INDENTED)) {
            json.object().field("name", "prüf\u001b").field("none", null).array("list");
            json.object().field("n", Long.MAX_VALUE).field("yes", true).endObject();
            json.element("x").endArray().endObject();
        }

        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("""
                        {
                          "name": "prüf\\u001B",
                          "none": null,
                          "list": [
                            {
                              "n": 9223372036854775807,
                              "yes": true
                            },
                            "x"
                          ]
                        }
                        """);
    }

    @Test
    void leavesABrokenOffDocumentBroken() throws IOException {
        try (JsonView json = JsonView.on(out, JsonView.Layout.COMPACT)) {
            json.object().array("list");
        }

        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("{\"list\":[\n");
    }

    @Test
    void whatDrivesATerminalOrTurnsTextIsEscaped() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        String hostile = "a\u009b31m\u007f\u202egnp\u2066\u200e\u2028\ufeffü\uD83D\uDE00";
        try (JsonView json = JsonView.on(out, JsonView.Layout.COMPACT)) {
            json.object().field("name", hostile).field("\u202ekey", 1).endObject();
        }
        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo("{\"name\":\"a\\u009B31m\\u007F\\u202Egnp\\u2066\\u200E\\u2028\\uFEFFü\\uD83D\\uDE00\","
                        + "\"\\u202Ekey\":1}\n");
    }
}
