package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code docs/security.md} says which test holds each promise: they are all there, and are tests. */
class SecurityPageTest {
    @Test
    void everyPromiseNamesTestsThatAreThere() throws IOException {
        List<String> rows = NamedTests.rows("security.md", "## Every line has a test", "promise");

        assertThat(rows).hasSizeGreaterThan(50);
        assertThat(NamedTests.read().missing(rows)).isEmpty();
    }
}
