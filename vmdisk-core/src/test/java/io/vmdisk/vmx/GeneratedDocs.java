package io.vmdisk.vmx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Holds parts of the documentation against what the code says.
 *
 * <p>The part between two marks of a page is rendered from the code; {@code mvn -Dvmdisk.updateDocs=true test} writes it.
 */
public final class GeneratedDocs {
    private static final Path DOCS =
            Path.of(System.getProperty("vmdisk.testdata", "../testdata")).resolveSibling("docs");
    private static final String BEGIN = "<!-- generated from the code: begin -->\n";
    private static final String END = "<!-- generated from the code: end -->\n";

    private GeneratedDocs() {}

    /** Fails if the page holds something else than {@code expected} between its marks. */
    public static void assertUpToDate(String page, String expected) throws IOException {
        Path file = DOCS.resolve(page);
        String text = Files.readString(file);
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        int end = text.indexOf(END);
        assertThat(begin).as("%s has no generated part", page).isGreaterThanOrEqualTo(BEGIN.length());
        if (Boolean.getBoolean("vmdisk.updateDocs")) {
            Files.writeString(file, text.substring(0, begin) + expected + text.substring(end));
        } else {
            assertThat(text.substring(begin, end))
                    .as("%s is stale; run the build with -Dvmdisk.updateDocs=true", page)
                    .isEqualTo(expected);
        }
    }

    /** A cell of a table; pipes would end it. */
    public static String cell(Object text) {
        return text.toString().replace("|", "\\|");
    }
}
