package io.vmdisk.cli.answer;

import io.vmdisk.Finding;
import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.RemedyJson;
import io.vmdisk.vmx.lint.LintFinding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The member {@code findings}, alike for check, lint and info. */
final class FindingJson {
    private FindingJson() {}

    static void array(JsonView json, List<Finding> findings) throws IOException {
        json.array("findings");
        for (Finding finding : findings) {
            begin(json, finding.id(), LibraryWords.key(finding.severity()), finding.file());
            json.number("offset", finding.offset() < 0 ? OptionalLong.empty() : OptionalLong.of(finding.offset()))
                    .nothing("key")
                    .field("message", finding.message());
            RemedyJson.write(json, finding.remedy());
            json.endObject();
        }
        json.endArray();
    }

    /** Those about lines of a configuration. */
    static void array(JsonView json, Path configuration, List<LintFinding> findings) throws IOException {
        json.array("findings");
        for (LintFinding finding : findings) {
            begin(json, finding.id(), LibraryWords.key(finding.severity()), configuration);
            json.nothing("offset")
                    .field("key", finding.key().isEmpty() ? null : finding.key())
                    .number("line", finding.line() > 0 ? OptionalLong.of(finding.line()) : OptionalLong.empty())
                    .field("value", finding.value())
                    .field("message", finding.message());
            RemedyJson.write(json, finding.fix());
            json.endObject();
        }
        json.endArray();
    }

    private static void begin(JsonView json, String id, String severity, @Nullable Path file) throws IOException {
        json.object().field("id", id).field("severity", severity).field("path", file == null ? null : file.toString());
    }
}
