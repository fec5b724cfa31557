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
}
