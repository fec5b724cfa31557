package io.vmdisk.cli.line;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TerminalWidthTest {
    private static final long SECOND = 1_000_000_000;

    private final AtomicLong clock = new AtomicLong();
    private final Deque<CompletableFuture<String>> asked = new ArrayDeque<>();
    private final TerminalWidth width = new TerminalWidth(80, clock::get, () -> {
        asked.add(new CompletableFuture<>());
        return asked.getLast();
    });

    private int after(long seconds) {
        clock.addAndGet(seconds * SECOND);
        return width.getAsInt();
    }

    @Test
    void isAskedForAgainAfterAWhileAndNobodyWaits() {
        assertThat(after(1)).isEqualTo(80);
        assertThat(asked).isEmpty();
        assertThat(after(1)).isEqualTo(80);
        assertThat(after(5)).as("no answer yet").isEqualTo(80);
        assertThat(asked).hasSize(1);

        asked.getLast().complete("24 132\n");
        assertThat(after(0)).isEqualTo(132);
        assertThat(after(1)).isEqualTo(132);
        assertThat(asked).as("not yet again").hasSize(1);
        assertThat(after(1)).isEqualTo(132);
        assertThat(asked).hasSize(2);
        asked.getLast().complete("24 40\n");
        assertThat(after(0)).isEqualTo(40);
    }

    @Test
    void staysWhereNobodyAnswers() {
        after(2);
        asked.getLast().completeExceptionally(new IOException("no terminal"));

        assertThat(after(0)).isEqualTo(80);
        assertThat(after(10)).isEqualTo(80);
        assertThat(asked).hasSize(1);
    }
}
