package io.vmdisk.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AgeTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @Test
    void isToldInTheLargestUnitThatSaysEnough() {
        assertThat(Age.of(NOW.minus(Duration.ofMinutes(59)), NOW)).isEqualTo("less than an hour");
        assertThat(Age.of(NOW.minus(Duration.ofMinutes(61)), NOW)).isEqualTo("1 hour");
        assertThat(Age.of(NOW.minus(Duration.ofDays(59)), NOW)).isEqualTo("59 days");
        assertThat(Age.of(NOW.minus(Duration.ofDays(61)), NOW)).isEqualTo("2 months");
        assertThat(Age.of(NOW.minus(Duration.ofDays(800)), NOW)).isEqualTo("2 years");
        assertThat(Age.of(NOW.plusSeconds(1), NOW)).isEqualTo("in the future");
    }

    @Test
    void aTimeThatNoCalendarHasIsShownAsItIs() {
        assertThat(Age.moment(NOW)).isEqualTo("2026-03-01 12:00 UTC");
        assertThat(Age.moment(Instant.MAX)).isNotEmpty();
    }
}
