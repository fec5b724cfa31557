package io.vmdisk.remote;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** The tries of one request: pauses between them, and an end. For one thread. */
final class Tries {
    private final StoreKey key;
    private final Patience patience;
    private int made;

    Tries(StoreKey key, Patience patience) {
        this.key = key;
        this.patience = patience;
    }

    /** The server answered that it can't at present. Returns when to try again. */
    void failed(HttpCalls.Answer answer) throws IOException {
        String problem = "the server answered " + answer.status();
        Duration asked = answer.header("Retry-After").map(Tries::time).orElse(Duration.ZERO);
        if (asked.compareTo(patience.longestPause()) > 0) {
            throw given(problem + " and wants to be asked again in " + asked.toSeconds() + " seconds", null);
        }
        again(problem, null, asked);
    }

    /** No answer came, or only part of one. Returns when to try again. */
    void failed(HttpCalls.Interruption failure) throws IOException {
        again(String.valueOf(failure.getMessage()), failure, Duration.ZERO);
    }

    /** So much came that the server is worth as many tries again. */
    void progressed() {
        made = 0;
    }

    private void again(String problem, @org.jspecify.annotations.Nullable Throwable cause, Duration least)
            throws IOException {
        made++;
        if (made >= patience.tries()) {
            throw given(problem + ", " + made + " times", cause);
        }
        Duration pause = patience.before(made + 1);
        patience.pauses().pause(pause.compareTo(least) < 0 ? least : pause);
    }

    private IOException given(String problem, @org.jspecify.annotations.Nullable Throwable cause) {
        FileSystemException failure = new FileSystemException(key.path().toString(), null, problem);
        failure.initCause(cause);
        return failure;
    }

    /** Seconds, or a date of HTTP; nonsense is no wish. */
    private static Duration time(String text) {
        if (text.matches("[0-9]{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(text));
        }
        try {
            Instant then = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            Duration left = Duration.between(Instant.now(), then);
            return left.isNegative() ? Duration.ZERO : left;
        } catch (DateTimeException e) {
            return Duration.ZERO;
        }
    }
}
