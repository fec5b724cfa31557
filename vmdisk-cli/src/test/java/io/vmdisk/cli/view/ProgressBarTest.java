package io.vmdisk.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressBarTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MIB = 1 << 20;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final AtomicLong clock = new AtomicLong();
    private final AtomicBoolean cancelled = new AtomicBoolean();

    private ProgressBar progress(ProgressMode mode) {
        PrintStream err = new PrintStream(out, true, StandardCharsets.UTF_8);
        return ProgressBar.of(mode, err, () -> 80, clock::get, cancelled::get);
    }

    private String drawn() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void drawsABarWithShareSpeedAndTimeLeft() {
        try (ProgressBar bar = progress(ProgressMode.BAR)) {
            bar.begin("copying a", 100 * MIB);
            clock.set(2 * SECOND);
            bar.advance(50 * MIB);
            assertThat(drawn())
                    .isEqualTo("\rcopying a [####################....................] 50%  25 MiB/s  0:02 left");
        }
    }

    @Test
    void neverWrapsOnANarrowTerminal() {
        for (int width : new int[] {20, 40, 59, 60}) {
            out.reset();
            clock.set(0);
            PrintStream err = new PrintStream(out, true, StandardCharsets.UTF_8);
            try (ProgressBar bar = ProgressBar.of(ProgressMode.BAR, err, () -> width, clock::get, cancelled::get)) {
                bar.begin("copying a disk", 100 * MIB);
                clock.set(2 * SECOND);
                bar.advance(50 * MIB);
                assertThat(drawn().length()).isLessThanOrEqualTo(width);
                assertThat(drawn().contains("[#")).isEqualTo(width >= 60);
            }
        }
    }

    @Test
    void followsATerminalThatBecomesNarrower() {
        AtomicInteger width = new AtomicInteger(100);
        PrintStream err = new PrintStream(out, true, StandardCharsets.UTF_8);
        try (ProgressBar bar = ProgressBar.of(ProgressMode.BAR, err, width::get, clock::get, cancelled::get)) {
            bar.begin("copying a disk", 100 * MIB);
            clock.set(2 * SECOND);
            bar.advance(50 * MIB);
            assertThat(drawn()).contains("[####");
            out.reset();
            width.set(30);
            clock.set(3 * SECOND);
            bar.advance(MIB);
            assertThat(drawn().length()).isLessThanOrEqualTo(30);
            out.reset();
        }
        assertThat(drawn().length()).as("wiped").isLessThanOrEqualTo(31);
    }

    @Test
    void wipesTheBarAtTheEnd() {
        try (ProgressBar bar = progress(ProgressMode.BAR)) {
            bar.begin("a", 10);
            clock.set(SECOND);
            bar.advance(5);
        }

        String[] strokes = drawn().split("\r", -1);
        assertThat(strokes).hasSize(4);
        assertThat(strokes[2]).isBlank().hasSameSizeAs(strokes[1]);
        assertThat(strokes[3]).isEmpty();
    }

    @Test
    void showsNothingOfWorkThatIsSoonOver() {
        try (ProgressBar bar = progress(ProgressMode.AUTO)) {
            bar.begin("a", 10);
            clock.set(SECOND / 4);
            bar.advance(10);
        }

        assertThat(drawn()).isEmpty();
    }

    @Test
    void redrawsNoMoreThanTenTimesASecond() {
        try (ProgressBar bar = progress(ProgressMode.BAR)) {
            bar.begin("a", 1000);
            for (int i = 1; i <= 1000; i++) {
                clock.set(i * SECOND / 1000);
                bar.advance(1);
            }
            assertThat(drawn().split("\r")).hasSizeLessThanOrEqualTo(12);
        }
    }

    @Test
    void printsPlainLinesForLogs() {
        try (ProgressBar bar = progress(ProgressMode.PLAIN)) {
            bar.begin("copying a", 100 * MIB);
            clock.set(2 * SECOND);
            bar.advance(50 * MIB);
            clock.set(61 * SECOND);
            bar.begin("flushing", -1);
            clock.set(64 * SECOND);
            bar.advance(MIB);
        }

        assertThat(drawn()).isEqualTo("""
                        copying a: 50%, 50 MiB of 100 MiB, 25 MiB/s
                        copying a: done, 50 MiB in 1:01
                        flushing: 1 MiB, 341.33 KiB/s
                        flushing: done, 1 MiB in 0:03
                        """);
    }

    @Test
    void printsJsonLinesForScripts() {
        try (ProgressBar bar = progress(ProgressMode.JSON)) {
            bar.begin("a", 10);
            bar.advance(4);
            bar.begin("b", -1);
        }

        assertThat(drawn()).isEqualTo("""
                        {"progress":{"task":"a","done":4,"total":10}}
                        {"progress":{"task":"a","done":4,"total":10}}
                        {"progress":{"task":"b","done":0,"total":null}}
                        """);
    }

    @Test
    void keepsQuietButStillCancels() {
        try (ProgressBar bar = progress(ProgressMode.NONE)) {
            bar.begin("a", 10);
            clock.set(1000 * SECOND);
            bar.advance(5);
            assertThat(bar.cancelled()).isFalse();
            cancelled.set(true);
            assertThat(bar.cancelled()).isTrue();
        }

        assertThat(drawn()).isEmpty();
    }

    @Test
    void neverFillsTheLastColumn() {
        ProgressBar bar = ProgressBar.of(
                ProgressMode.BAR,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                () -> 20,
                clock::get,
                () -> false);
        bar.begin("a very long name of a very long task", 10);
        clock.set(SECOND);
        bar.advance(5);

        assertThat(drawn().substring(1)).hasSizeLessThan(20);
    }
}
