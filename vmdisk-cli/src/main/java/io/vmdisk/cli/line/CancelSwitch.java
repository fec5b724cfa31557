package io.vmdisk.cli.line;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What ^C turns: work that follows it stops at its next consistent point, and the JVM waits for that.
 *
 * <p>Thread-safe. Work that never asked is not waited for; the wait is bounded, since files are consistent after a hard
 * stop too, only with parts left behind. Not final: tests stop work at the places where it asks.
 */
public class CancelSwitch {
    private static final long PATIENCE_SECONDS = 30;

    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile boolean followed;
    private volatile boolean cancelled;

    /** Whether the user asked to stop. */
    public boolean cancelled() {
        return cancelled;
    }

    /** Says that the work will look at {@link #cancelled}, so that waiting for it makes sense. */
    public void follow() {
        followed = true;
    }

    /** Makes ^C, and whatever else ends the JVM, turn this switch. */
    public void watch() {
        Runtime.getRuntime().addShutdownHook(new Hook(this));
    }

    /** The command is over: nothing is left to wait for. */
    public void finish() {
        finished.countDown();
    }

    /** Asks to stop and waits for the work to do so. */
    public void cancelAndWait() {
        cancelled = true;
        try {
            if (followed && !finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A class and no lambda: each run starts one, and a lambda takes the JVM longer. */
    private static final class Hook extends Thread {
        private final CancelSwitch turned;

        Hook(CancelSwitch turned) {
            super("cancel");
            this.turned = turned;
        }

        @Override
        public void run() {
            turned.cancelAndWait();
        }
    }
}
