package io.vmdisk.vmx.lint;

import io.vmdisk.vmx.GeneratedDocs;
import java.io.IOException;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LintDocumentTest {
    @Test
    void theCatalogueInTheDocumentationIsTheCode() throws IOException {
        StringBuilder page = new StringBuilder();
        page.append(VmxLint.rules().size()).append(" rules.\n\n");
        page.append("| rule | severity | asked | key | condition | means | fix |\n|---|---|---|---|---|---|---|\n");
        for (LintRule rule : VmxLint.rules()) {
            String asked = rule.profiles().isEmpty()
                    ? "always"
                    : rule.profiles().stream().sorted().map(LintProfile::word).collect(Collectors.joining(", "));
            page.append("| ")
                    .append(String.join(
                            " | ",
                            rule.id(),
                            rule.severity().name().toLowerCase(Locale.ROOT),
                            asked,
                            rule.key().isEmpty() ? "" : "`" + GeneratedDocs.cell(rule.key()) + "`",
                            GeneratedDocs.cell(rule.condition()),
                            GeneratedDocs.cell(rule.message()),
                            GeneratedDocs.cell(rule.fix().text())))
                    .append(" |\n");
        }

        GeneratedDocs.assertUpToDate("lint.md", page.toString());
    }
}
