package io.vmdisk.cli.line;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How wide the terminal is now: people change it while a long copy runs. It is asked for again every few seconds, and nobody
 * waits for the answer; where nobody answers, the width at the start stays. Thread-safe.
 */
final class TerminalWidth implements IntSupplier {
    private static final long INTERVAL_NANOS = 2_000_000_000;

    private final LongSupplier nanos;
    private final Supplier<CompletableFuture<String>> question;
    private int columns;
    private long due;
    private @Nullable CompletableFuture<String> asked;
    private boolean mute;

    /**
     * A width.
     *
     * @param columns at the start
     * @param question gives what {@code stty size} prints: rows and columns
     */
    TerminalWidth(int columns, LongSupplier nanos, Supplier<CompletableFuture<String>> question) {
        this.columns = columns;
        this.nanos = nanos;
        this.question = question;
        this.due = nanos.getAsLong() + INTERVAL_NANOS;
    }

    /** That of the terminal of this process. */
    static TerminalWidth ofProcess(int columns) {
        return new TerminalWidth(columns, System::nanoTime, TerminalWidth::stty);
    }

    private static CompletableFuture<String> stty() {
        try {
            Process process = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.onExit().thenApply(TerminalWidth::output);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static String output(Process ended) {
        try {
            return new String(ended.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized int getAsInt() {
        CompletableFuture<String> answer = asked;
        if (answer != null && answer.isDone()) {
            take(answer);
            asked = null;
            due = nanos.getAsLong() + INTERVAL_NANOS;
        } else if (answer == null && !mute && nanos.getAsLong() - due >= 0) {
            asked = question.get();
        }
        return columns;
    }

    private void take(CompletableFuture<String> answer) {
        String text = answer.isCompletedExceptionally() ? "" : answer.join().strip();
        int now = Terminal.columns(text.substring(text.indexOf(' ') + 1), 0);
        if (now == 0) {
            mute = true;
        } else {
            columns = now;
        }
    }
}
