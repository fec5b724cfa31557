package io.vmdisk.cli.line;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalTest {
    @ParameterizedTest
    @CsvSource({"120,120", "'',80", "abc,80", "3,20", "99999,80", "5000,1000", "-5,80"})
    void takesTheWidthFromColumns(String columns, int width) {
        assertThat(Terminal.detect("12", Map.of("COLUMNS", columns)).columns()).isEqualTo(width);
    }

    @Test
    void learnsFromTheLauncherWhichStreamsPeopleRead() {
        Terminal onlyErr = Terminal.detect("2", Map.of());

        assertThat(onlyErr.outIsTerminal()).isFalse();
        assertThat(onlyErr.errIsTerminal()).isTrue();
    }

    @Test
    void honoursNoColorAndDumbTerminals() {
        assertThat(Terminal.detect("12", Map.of()).coloursWelcome()).isTrue();
        assertThat(Terminal.detect("12", Map.of("NO_COLOR", "1")).coloursWelcome())
                .isFalse();
        assertThat(Terminal.detect("12", Map.of("NO_COLOR", "")).coloursWelcome())
                .isTrue();
        assertThat(Terminal.detect("12", Map.of("TERM", "dumb")).coloursWelcome())
                .isFalse();
    }
}
