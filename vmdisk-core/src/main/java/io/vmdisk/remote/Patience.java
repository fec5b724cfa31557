package io.vmdisk.remote;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;

/**
 * How long a server that fails or dawdles is borne with.
 *
 * @param tries how often a request is made at most
 * @param firstPause before the second try; each later pause is twice as long
 * @param longestPause no pause is longer, whatever the server asks for: then it is given up
 * @param answer within which an answer must be there whole, apart from its bytes
 * @param slowest bytes per second that a body must bring: slower ones are cut off
 * @param pauses who waits
 */
record Patience(int tries, Duration firstPause, Duration longestPause, Duration answer, long slowest, Pauses pauses) {
    /** For servers elsewhere. */
    static final Patience USUAL = new Patience(
            5, Duration.ofMillis(250), Duration.ofSeconds(30), Duration.ofSeconds(30), 16 << 10, Patience::sleep);

    /** Waits; in tests it only takes note. */
    @FunctionalInterface
    interface Pauses {
        void pause(Duration time) throws IOException;
    }

    /** How long an answer with so many bytes may take. */
    Duration within(long bytes) {
        return answer.plusMillis(bytes * 1000 / slowest);
    }

    /** The pause before a try, the first of which is number 2. */
    Duration before(int number) {
        Duration pause = firstPause.multipliedBy(1L << Math.min(number - 2, 16));
        return pause.compareTo(longestPause) < 0 ? pause : longestPause;
    }

    private static void sleep(Duration time) throws IOException {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a server");
        }
    }
}
